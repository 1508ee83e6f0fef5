namespace Gateway.Core.Tokens;

/// <summary>
/// Cuts text into the pieces within which tokens are merged: what the encodings' regular expressions do, in one pass and without backtracking over more than one run.
/// </summary>
/// <remarks>
/// The expressions, alternatives in order (tiktoken, <c>openai_public.py</c>), where U is <c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</c>, L is <c>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</c> and
/// C is <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)</c>:
/// <code>
/// o200k   [^\r\n\p{L}\p{N}]?U*L+C? | [^\r\n\p{L}\p{N}]?U+L*C? | \p{N}{1,3} |  ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
/// cl100k  C | [^\r\n\p{L}\p{N}]?\p{L}+                        | \p{N}{1,3} |  ?[^\s\p{L}\p{N}]+[\r\n]*  | \s*[\r\n]+ | \s+(?!\S) | \s+
/// </code>
/// </remarks>
internal static class PieceSplitter
{
    private const int DigitsPerPiece = 3;

    /// <returns>The length in bytes of the piece that the text, which is not empty, begins with.</returns>
    public static int First(ReadOnlySpan<byte> text, TokenEncoding encoding)
    {
        if (encoding == TokenEncoding.Cl100k && Contraction.Length(text, 0) is > 0 and var ending) return ending;
        var first = CharReader.Read(text, 0, out var length);
        var word = encoding == TokenEncoding.Cl100k ? PlainWord(text, first, length) : CasedWord.Length(text, first, length);
        if (word > 0) return word;
        if (first == CharClass.Number) return Digits(text, length);
        var symbols = Symbols(text, first, encoding == TokenEncoding.O200k);
        return symbols > 0 ? symbols : WhiteSpace(text, length);
    }

    private static int PlainWord(ReadOnlySpan<byte> text, CharClass first, int length)
    {
        if (first.IsIn(CharClass.Letter)) return CharReader.SkipAll(text, length, CharClass.Letter);
        if (first.IsIn(CharClass.Newline | CharClass.Number)) return 0;
        var end = CharReader.SkipAll(text, length, CharClass.Letter);
        return end > length ? end : 0;
    }

    private static int Digits(ReadOnlySpan<byte> text, int length)
    {
        var end = length;
        for (var count = 1; count < DigitsPerPiece && CharReader.Read(text, end, out length) == CharClass.Number; count++) end += length;
        return end;
    }

    /// <param name="slashes">Whether slashes are among the line ends that may follow.</param>
    private static int Symbols(ReadOnlySpan<byte> text, CharClass first, bool slashes)
    {
        var start = text[0] == ' ' ? 1 : 0;
        if (start == 0 && !first.IsSymbol()) return 0;
        var end = start;
        while (CharReader.Read(text, end, out var length).IsSymbol()) end += length;
        if (end == start) return 0;
        while (end < text.Length && (text[end] is (byte)'\r' or (byte)'\n' || (slashes && text[end] == '/'))) end++;
        return end;
    }

    /// <summary>Up to the run's last line end; without one the run, but for the last character where a word follows, which takes that along.</summary>
    private static int WhiteSpace(ReadOnlySpan<byte> text, int firstLength)
    {
        var (end, lastLength, afterNewline) = (0, firstLength, 0);
        for (var c = CharReader.Read(text, 0, out var length); c.IsIn(CharClass.WhiteSpace); c = CharReader.Read(text, end, out length))
        {
            end += length;
            lastLength = length;
            if (c == CharClass.Newline) afterNewline = end;
        }

        if (afterNewline > 0) return afterNewline;
        return end == text.Length || end == lastLength ? end : end - lastLength;
    }
}
