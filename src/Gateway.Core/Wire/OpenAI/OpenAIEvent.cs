namespace Gateway.Core.Wire.OpenAI;

/// <summary>One event of a stream: the JSON after <c>data:</c>. Nothing here allocates.</summary>
public static class OpenAIEvent
{
    /// <summary>Reads the whole event. For events that may say more than text, so correctness comes before speed.</summary>
    /// <returns>False where the payload is not exactly one well-formed JSON object.</returns>
    public static bool Scan(ReadOnlySpan<byte> payload, out EventScan scan)
    {
        var valid = OpenAITopLevel.TryRead(payload, out var found);
        scan = new EventScan
        {
            Usage = found.Usage,
            HasError = found.HasError,
            ChoicesEmpty = found.ChoicesEmpty,
            Choices = found.Choices,
            Finished = found.Finished,
            Tier = found.Tier,
            ContentBytes = found.ContentBytes,
        };
        return valid;
    }

    /// <summary>
    /// Bytes of what the model wrote, found by searching and not by parsing: cheap enough for every event, good enough for <see cref="Usage.UsageEstimate"/>.
    /// It is the strings named <c>content</c>, <c>reasoning_content</c>, <c>text</c>, <c>arguments</c> and <c>reasoning</c>, escapes as they stand.
    /// </summary>
    public static int ContentBytes(ReadOnlySpan<byte> payload) =>
        StringsNamed("content\":"u8, payload) + StringsNamed("text\":"u8, payload) + StringsNamed("arguments\":"u8, payload) + StringsNamed("reasoning\":"u8, payload);

    /// <param name="name">The end of a name, so that it finds longer ones too.</param>
    private static int StringsNamed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        var bytes = 0;
        for (var at = payload.IndexOf(name); at >= 0; at = payload.IndexOf(name))
        {
            var isEncrypted = payload[..at].EndsWith("encrypted_"u8);   // search results as a provider wants them back
            payload = payload[(at + name.Length)..].TrimStart((byte)' ');
            if (payload.IsEmpty || payload[0] != '"')
                continue;
            payload = payload[1..];
            var length = StringLength(payload);
            if (!isEncrypted) bytes += length;
            payload = payload[length..];
        }

        return bytes;
    }

    /// <summary>Up to the quote that ends a string, or to the end of the bytes.</summary>
    private static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var length = 0; length < text.Length; length += 2)
        {
            var stop = text[length..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
                return text.Length;
            length += stop;
            if (text[length] == '"')
                return length;
        }

        return text.Length;
    }
}
