using System.Text.Json;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>Steps of a reader over an answer. None of them throws on what text a string holds.</summary>
internal static class JsonWalk
{
    /// <remarks>128: as deep as the host reads answers.</remarks>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    /// <summary>Whether the name or string is this one. One written with escapes is none of ours.</summary>
    public static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> text) => !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(text);

    /// <summary>From a name to its value's first token.</summary>
    public static JsonTokenType Value(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType;
    }

    /// <summary>To the next member's name; false at the object's end.</summary>
    public static bool NextMember(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>To the next element; false at the list's end.</summary>
    public static bool NextElement(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>Moves to the end of the value whose first token is read.</summary>
    /// <returns>Where the value stands.</returns>
    public static (int Start, int End) Whole(this ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return (start, (int)reader.BytesConsumed);
    }

    /// <summary>Where the token is that was just read: a closing brace, most of the time.</summary>
    public static int At(this ref Utf8JsonReader reader) => (int)reader.TokenStartIndex;
}
