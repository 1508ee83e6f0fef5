using System.Globalization;

namespace Gateway.Providers.Demo.Model;

/// <summary>The characters one place of a pattern may have.</summary>
internal sealed class DemoCharacterSet
{
    private const string Digits = "0123456789";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string WordCharacters = Letters + Digits + "_";
    private const string Spaces = " \t\n\r";

    /// <summary>What a negated class chooses from.</summary>
    private const string Printable = Letters + Digits + "_ -.,:;/+*#@!?=()&%$'<>[]{}|~^`\"\\\t\n\r";

    private readonly List<(char From, char To)> _ranges = [];

    /// <summary>A word boundary: nothing is written for it.</summary>
    public bool IsZeroWidth { get; private init; }

    public char Pick(DemoDice dice)
    {
        var range = dice.Pick(_ranges);
        return (char)(range.From + dice.Pick(range.To - range.From + 1));
    }

    /// <summary>Reads a class after its opening bracket. Null: it is beyond this, or empty.</summary>
    public static DemoCharacterSet? Class(string pattern, ref int at)
    {
        var negated = at < pattern.Length && pattern[at] == '^';
        if (negated) at++;
        var set = new DemoCharacterSet();
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (Member(pattern, ref at) is not { } member) return null;
            if (member._ranges is [(var from, var single)] && from == single && at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                if (Member(pattern, ref at) is not { _ranges: [(var to, var last)] } || to != last || to < from) return null;
                set._ranges.Add((from, to));
            }
            else
            {
                set._ranges.AddRange(member._ranges);
            }
        }

        if (at++ >= pattern.Length) return null;
        var result = negated ? set.Negated() : set;
        return result._ranges.Count > 0 ? result : null;
    }

    /// <summary>Reads an escape after its backslash. Null: it is beyond this.</summary>
    public static DemoCharacterSet? Escaped(string pattern, ref int at)
    {
        var c = pattern[at++];
        switch (c)
        {
            case 'd': return Of(Digits);
            case 'w': return Of(WordCharacters);
            case 's': return Of(" ");
            case 'D': return Of(Digits).Negated();
            case 'W': return Of(WordCharacters).Negated();
            case 'S': return Of(Spaces).Negated();
            case 'b': return new DemoCharacterSet { IsZeroWidth = true };
            case 'n': return Of("\n");
            case 'r': return Of("\r");
            case 't': return Of("\t");
            case 'f': return Of("\f");
            case 'v': return Of("\v");
            case 'x': return Hex(pattern, ref at, 2);
            case 'u': return Hex(pattern, ref at, 4);
            default: return char.IsLetterOrDigit(c) ? null : Of(c.ToString());
        }
    }

    private static DemoCharacterSet? Member(string pattern, ref int at)
    {
        var c = pattern[at++];
        if (c != '\\') return Of(c.ToString());
        return at < pattern.Length && Escaped(pattern, ref at) is { IsZeroWidth: false } set ? set : null;
    }

    private static DemoCharacterSet? Hex(string pattern, ref int at, int digits)
    {
        if (at + digits > pattern.Length || !int.TryParse(pattern.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) return null;
        at += digits;
        // Half of a surrogate pair is no character, and cannot be written as JSON.
        return code is >= 0xD800 and <= 0xDFFF ? null : Of(((char)code).ToString());
    }

    private static DemoCharacterSet Of(string characters)
    {
        var set = new DemoCharacterSet();
        foreach (var c in characters) set._ranges.Add((c, c));
        return set;
    }

    private DemoCharacterSet Negated() => Of(string.Concat(Printable.Where(c => !_ranges.Exists(r => c >= r.From && c <= r.To))));
}
