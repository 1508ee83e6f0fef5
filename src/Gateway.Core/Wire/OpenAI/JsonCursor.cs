using System.Text.Json;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>What readers of OpenAI's format share: steps of a <see cref="Utf8JsonReader"/> over a complete JSON text.</summary>
public static class JsonCursor
{
    /// <remarks>128: twice the reader's default. Schemas echoed in replies nest, and a reply that is too deep would lose its usage.</remarks>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    /// <summary>Whether the current property or string is <paramref name="text"/> (ASCII). Never throws, unlike the reader's own comparison of escaped lone surrogates.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan.SequenceEqual(text);
        var raw = reader.ValueSpan;
        var holdsSurrogate = raw.IndexOf("\\ud"u8) >= 0 || raw.IndexOf("\\uD"u8) >= 0;
        return !holdsSurrogate && reader.ValueTextEquals(text);
    }

    /// <summary>From a property's name to its value's end, nested values included.</summary>
    public static ByteRange TakeValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = reader.TokenStartIndex;
        reader.Skip();
        return new((int)start, (int)(reader.BytesConsumed - start));
    }

    /// <summary>From a property's name to its value's end; empty where the value is null.</summary>
    public static ByteRange TakeUnlessNull(ref Utf8JsonReader reader)
    {
        var range = TakeValue(ref reader);
        return reader.TokenType == JsonTokenType.Null ? default : range;
    }
}
