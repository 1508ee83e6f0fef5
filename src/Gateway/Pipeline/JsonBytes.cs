using System.Text.Json;

namespace Gateway.Pipeline;

/// <summary>Small things about JSON in UTF-8 that System.Text.Json does not offer.</summary>
internal static class JsonBytes
{
    /// <param name="escaped">A string without its quotes, known to be well-formed and to have no lone surrogates.</param>
    public static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        byte[] quoted = [(byte)'"', .. escaped, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var plain = new byte[escaped.Length];
        return plain[..reader.CopyString(plain)];
    }

    /// <summary>A JSON string with its quotes.</summary>
    public static byte[] Quote(string text) => [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];
}
