namespace Gateway.Telemetry.Logs;

/// <summary>Names of fields: <c>RequestId</c> in a message template is <c>request_id</c> in the line.</summary>
internal static class FieldName
{
    private const int MaxLength = 64;

    /// <summary>Writes a parameter of a message as a field. The template itself is left out; it is a constant of the program.</summary>
    public static void Write(ref JsonLine line, KeyValuePair<string, object?> field)
    {
        if (field.Key == "{OriginalFormat}" || field.Key.Length == 0)
            return;
        Span<byte> name = stackalloc byte[MaxLength * 2];
        line.Field(name[..ToSnakeCase(field.Key, name)], field.Value);
    }

    /// <summary>Lower case with underscores; whatever is no letter, digit or underscore becomes one, so a name cannot leave its quotes.</summary>
    /// <param name="destination">At least 128 bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int ToSnakeCase(ReadOnlySpan<char> name, Span<byte> destination)
    {
        var length = 0;
        for (var i = 0; i < Math.Min(name.Length, MaxLength); i++)
        {
            var c = name[i];
            var startsWord = char.IsAsciiLetterUpper(c) && i > 0
                && (!char.IsAsciiLetterUpper(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if (startsWord && destination[length - 1] != (byte)'_')
                destination[length++] = (byte)'_';
            destination[length++] = char.IsAsciiLetterOrDigit(c) ? (byte)char.ToLowerInvariant(c) : (byte)'_';
        }
        if (IsReserved(destination[..length]) && length < destination.Length)
            destination[length++] = (byte)'_';
        return length;
    }

    // A line says each of these once, at its beginning.
    private static bool IsReserved(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ts"u8) || name.SequenceEqual("level"u8) || name.SequenceEqual("event"u8) || name.SequenceEqual("event_id"u8)
        || name.SequenceEqual("logger"u8) || name.SequenceEqual("msg"u8) || name.SequenceEqual("exception"u8) || name.SequenceEqual("exception_text"u8);
}
