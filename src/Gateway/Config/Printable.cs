namespace Gateway.Config;

/// <summary>Text of a file as it may stand in a message: one line, not endless.</summary>
internal static class Printable
{
    private const int MaxShown = 60;

    /// <summary>Control characters become <c>?</c> (a log must not be forged through a file), and what is longer than 60 characters is cut.</summary>
    public static string Shorten(string text)
    {
        var cut = text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
        });
    }

    /// <summary>A library's message as the middle of a sentence of ours: one line, small first letter, no full stop.</summary>
    public static string Sentence(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>The first control character, as <c>a line break</c> or <c>a control character (0x07)</c>; null: there is none.</summary>
    public static string? ControlCharacterIn(string text)
    {
        foreach (var c in text)
        {
            if (c is '\r' or '\n')
                return "a line break";
            if (char.IsControl(c))
                return $"a control character (0x{(int)c:X2})";
        }

        return null;
    }

    /// <summary>Whether every character is visible ASCII, so that it can stand in a header as it is.</summary>
    public static bool IsVisibleAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
