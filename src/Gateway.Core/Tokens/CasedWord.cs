namespace Gateway.Core.Tokens;

/// <summary>The two word alternatives of o200k: capitals, then small letters, then an English ending; a capital within a word begins another.</summary>
internal static class CasedWord
{
    /// <summary>U of the expression (<see cref="PieceSplitter"/>).</summary>
    private const CharClass Head = CharClass.Upper | CharClass.Caseless | CharClass.Mark;

    /// <summary>L of the expression.</summary>
    private const CharClass Tail = CharClass.Lower | CharClass.Caseless | CharClass.Mark;

    /// <returns>Bytes of the word that the text begins with, or 0.</returns>
    public static int Length(ReadOnlySpan<byte> text, CharClass first, int firstLength)
    {
        // One character that is no letter may precede a word. A mark can do that and be part of a word: with it before the word goes first.
        var mayPrecede = !first.IsIn(CharClass.Letter | CharClass.Number | CharClass.Newline);
        var mayBegin = first.IsIn(Head | Tail);
        if (!mayPrecede && !mayBegin) return 0;
        var end = mayPrecede ? WithTail(text, firstLength) : 0;
        if (end == 0 && mayBegin) end = WithTail(text, 0);
        if (end == 0 && mayPrecede) end = HeadOnly(text, firstLength);
        if (end == 0 && mayBegin) end = HeadOnly(text, 0);
        return end == 0 ? 0 : end + Contraction.Length(text, end);
    }

    /// <summary><c>U*L+</c>. Where nothing of L follows the run of U, the last character of the run that is in L too is the word's last.</summary>
    private static int WithTail(ReadOnlySpan<byte> text, int at)
    {
        var lastOfBoth = 0;
        CharClass c;
        for (c = CharReader.Read(text, at, out var length); c.IsIn(Head); c = CharReader.Read(text, at, out length))
        {
            at += length;
            if (c.IsIn(Tail)) lastOfBoth = at;
        }

        return c.IsIn(Tail) ? CharReader.SkipAll(text, at, Tail) : lastOfBoth;
    }

    /// <summary><c>U+L*</c>, tried where there is nothing of L: what is left of it is <c>U+</c>.</summary>
    private static int HeadOnly(ReadOnlySpan<byte> text, int at)
    {
        var end = CharReader.SkipAll(text, at, Head);
        return end > at ? end : 0;
    }
}
