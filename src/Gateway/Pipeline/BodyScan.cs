using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Core.Errors;

namespace Gateway.Pipeline;

/// <summary>
/// One pass over a request body: it is well-formed JSON, valid Unicode, at most 64 deep, without duplicate members, and its top level is an object whose members
/// are now known by offset. What the pass does not refuse is forwarded as it came.
/// </summary>
internal static class BodyScan
{
    public const int MaxDepth = 64;

    /// <summary>Longer names are refused: no API has them, and they would be copied into error messages.</summary>
    private const int MaxNameLength = 1024;

    [SkipLocalsInit]
    public static GatewayError? Scan(ReadOnlySpan<byte> body, ref JsonMembers members)
    {
        if (body.IsEmpty) return Invalid("The request has no body. Send a JSON object.");
        if (!Utf8.IsValid(body)) return Invalid("The body is not valid UTF-8.");
        Span<ulong> scratch = stackalloc ulong[128];
        scratch.Clear();
        var names = new MemberNames(scratch);
        try
        {
            return Walk(body, ref members, ref names);
        }
        catch (JsonException e)
        {
            return Invalid($"The body is not well-formed JSON: {Reason(e)} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
        finally
        {
            names.Return();
        }
    }

    private static GatewayError? Walk(ReadOnlySpan<byte> body, ref JsonMembers members, ref MemberNames names)
    {
        Span<int> objects = stackalloc int[MaxDepth + 1];   // the id of the object open at each depth
        var lastObject = 0;
        var top = default(TopMember);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });   // by one, to tell what is too deep from what is no JSON
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return Invalid("The body must be a JSON object.");
        while (reader.Read())
        {
            var depth = reader.CurrentDepth;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (AddName(body, ref reader, objects[depth - 1], ref names) is { } refused) return refused;
                    if (depth == 1) top = new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray when depth >= MaxDepth:
                    return At(body, reader.TokenStartIndex, $"is nested more than {MaxDepth} levels deep.");
                case JsonTokenType.StartObject:
                    objects[depth] = ++lastObject;
                    break;
                case JsonTokenType.String when reader.ValueIsEscaped && HasLoneSurrogate(reader.ValueSpan):
                    return At(body, reader.TokenStartIndex, "has half of a surrogate pair (\\ud800 to \\udfff), which is no character.");
            }

            if (depth == 1) Close(ref reader, ref top, ref members);
        }

        return null;
    }

    /// <summary>Notes the value of a top-level member: at its only token, or at the first and the last.</summary>
    private static void Close(ref Utf8JsonReader reader, ref TopMember top, ref JsonMembers members)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            top.ValueStart = (int)reader.TokenStartIndex;
            return;
        }

        var start = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray ? top.ValueStart : (int)reader.TokenStartIndex;
        members.Add(new(top.NameStart, top.NameLength, start, (int)reader.BytesConsumed, top.NameEscaped));
    }

    private static GatewayError? AddName(ReadOnlySpan<byte> body, ref Utf8JsonReader reader, int objectId, ref MemberNames names)
    {
        var name = reader.ValueSpan;
        if (name.Length > MaxNameLength) return Invalid($"A member's name is longer than {MaxNameLength} bytes.");
        if (reader.ValueIsEscaped) return AddEscapedName(body, ref reader, objectId, ref names);
        return names.Add(objectId, name) ? null : Duplicate(body, reader.TokenStartIndex);
    }

    // Apart, because a stackalloc is zeroed at every call of the method it stands in.
    private static GatewayError? AddEscapedName(ReadOnlySpan<byte> body, ref Utf8JsonReader reader, int objectId, ref MemberNames names)
    {
        if (HasLoneSurrogate(reader.ValueSpan)) return Invalid("A member's name has half of a surrogate pair (\\ud800 to \\udfff).", BodyPlaces.At(body, reader.TokenStartIndex));
        Span<byte> unescaped = stackalloc byte[MaxNameLength];
        unescaped = unescaped[..reader.CopyString(unescaped)];
        return names.Add(objectId, unescaped) ? null : Duplicate(body, reader.TokenStartIndex);
    }

    /// <summary>Whether an escaped string has a \uD800–\uDFFF that is not half of a pair. Text.Json accepts it and throws when it is read.</summary>
    internal static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var high = false;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                if (high) return true;
                continue;
            }

            i++;
            if (escaped[i] != 'u')
            {
                if (high) return true;
                continue;
            }

            var unit = HexValue(escaped.Slice(i + 1, 4));
            i += 4;
            var low = unit is >= 0xDC00 and <= 0xDFFF;
            if (high != low) return true;
            high = unit is >= 0xD800 and <= 0xDBFF;
        }

        return high;
    }

    private static int HexValue(ReadOnlySpan<byte> four)
    {
        var value = 0;
        foreach (var c in four) value = (value << 4) | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        return value;
    }

    private static GatewayError Duplicate(ReadOnlySpan<byte> body, long offset) => Twice(BodyPlaces.At(body, offset));

    /// <param name="place">Of the member.</param>
    public static GatewayError Twice(string? place) => At(place, "occurs twice in one object. Parsers differ in which one they take: send it once.");

    private static GatewayError At(ReadOnlySpan<byte> body, long offset, string problem) => At(BodyPlaces.At(body, offset), problem);

    private static GatewayError At(string? place, string problem) => Invalid($"'{place}' {problem}", place);

    private static GatewayError Invalid(string message, string? param = null) => new(ErrorKind.InvalidRequest, message, param);

    private static string Reason(JsonException e)
    {
        // System.Text.Json appends its own coordinates; ours follow.
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }

    private struct TopMember(int nameStart, int nameLength, bool nameEscaped)
    {
        public readonly int NameStart = nameStart;
        public readonly int NameLength = nameLength;
        public readonly bool NameEscaped = nameEscaped;
        public int ValueStart;
    }
}
