using System.Text;

namespace Gateway.Providers.Demo.Model;

/// <summary>The demo's tokens: four bytes of UTF-8 each, the last one rounded up. Simple enough to check by hand.</summary>
internal static class DemoTokens
{
    private const int BytesPerToken = 4;

    public static long Count(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    public static long Count(string? text) => Count(Bytes(text));

    public static long Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    /// <summary>As much of a text as fits, cut between characters.</summary>
    public static string Take(string text, long tokens)
    {
        var room = Math.Max(0, tokens) * BytesPerToken;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0) return text[..length];
            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>Pieces for a stream: words where the text has them, never half a character.</summary>
    public static IEnumerable<string> Pieces(string text, int longest = 16)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            var whole = i == text.Length || !char.IsLowSurrogate(text[i]);
            if (i < text.Length && !(whole && (char.IsWhiteSpace(text[i - 1]) || i - start >= longest))) continue;
            yield return text[start..i];
            start = i;
        }
    }
}
