using System.Text;
using System.Text.Json;

namespace Gateway.Upstream;

/// <summary>An error page that is no JSON, a proxy's most of the time, as a JSON string: its words may be all there is to find out why.</summary>
internal static class PlainText
{
    /// <summary>Bytes of a page that are told. What says something stands at the beginning.</summary>
    private const int Longest = 2048;

    /// <param name="shown">Text that may be shown.</param>
    /// <returns>Null where there is none, and for JSON that was cut: with its escapes it could quote what nobody found in it.</returns>
    public static byte[]? Quote(ReadOnlySpan<byte> shown)
    {
        var text = shown.Trim(" \t\r\n"u8);
        if (text.IsEmpty || text[0] is (byte)'{' or (byte)'[' or (byte)'"' || shown.Contains((byte)'\\')) return null;
        text = shown;
        if (text.Length > Longest) text = text[..Beginning(text)];
        return [(byte)'"', .. JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
    }

    /// <summary>Not in the middle of a character.</summary>
    private static int Beginning(ReadOnlySpan<byte> text)
    {
        var end = Longest;
        while (Rune.DecodeFromUtf8(text[end..], out _, out _) != System.Buffers.OperationStatus.Done) end--;
        return end;
    }
}
