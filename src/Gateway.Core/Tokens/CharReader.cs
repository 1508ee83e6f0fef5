using System.Globalization;
using System.Text;

namespace Gateway.Core.Tokens;

/// <summary>Reads the class of the character at a place in UTF-8 text.</summary>
internal static class CharReader
{
    private static ReadOnlySpan<CharClass> Ascii => AsciiTable;

    private static readonly CharClass[] AsciiTable = [.. Enumerable.Range(0, 128).Select(static c => Classify(new Rune(c)))];

    /// <summary>The class of the character at <paramref name="at"/>; beyond the end it is a class that is in no set.</summary>
    /// <param name="length">Its bytes; a byte that is no UTF-8 is a character of its own.</param>
    public static CharClass Read(ReadOnlySpan<byte> text, int at, out int length)
    {
        length = 1;
        if ((uint)at >= (uint)text.Length) return EndOfText;
        var first = text[at];
        if (first < 128) return Ascii[first];
        return Rune.DecodeFromUtf8(text[at..], out var rune, out length) == System.Buffers.OperationStatus.Done ? Classify(rune) : Invalid(out length);
    }

    /// <summary>Not a set's member, and not <see cref="CharClass.Other"/> either: it ends every run.</summary>
    public const CharClass EndOfText = (CharClass)128;

    public static bool IsIn(this CharClass c, CharClass set) => (c & set) != 0;

    /// <summary><c>[^\s\p{L}\p{N}]</c>: marks are in it too.</summary>
    public static bool IsSymbol(this CharClass c) => c is CharClass.Other or CharClass.Mark;

    /// <summary>The end of the run of characters of a set.</summary>
    public static int SkipAll(ReadOnlySpan<byte> text, int at, CharClass set)
    {
        while (Read(text, at, out var length).IsIn(set)) at += length;
        return at;
    }

    private static CharClass Invalid(out int length)
    {
        length = 1;
        return CharClass.Other;
    }

    private static CharClass Classify(Rune rune)
    {
        if (rune.Value is '\r' or '\n') return CharClass.Newline;
        if (Rune.IsWhiteSpace(rune)) return CharClass.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharClass.Upper,
            UnicodeCategory.LowercaseLetter => CharClass.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharClass.Caseless,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharClass.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharClass.Number,
            _ => CharClass.Other,
        };
    }
}
