using System.Globalization;
using System.Text;

namespace Gateway.Providers.Demo.Model;

/// <summary>
/// A text that matches a regular expression of the kind schemas have: literals, classes, groups, alternatives (the first is taken), counts. It knows no look-around,
/// no references back and no Unicode categories, and says so by answering null.
/// </summary>
internal sealed class DemoPattern
{
    private const int MaxSteps = 20_000;
    private const int MaxLength = 16 * 1024;
    private const int MaxDepth = 32;

    private readonly string _pattern;
    private readonly DemoDice _dice;
    private readonly StringBuilder _output = new();
    private int _at;
    private int _steps;
    private int _muted;
    private int _extra;
    private int _depth;

    private DemoPattern(string pattern, DemoDice dice)
    {
        _pattern = pattern;
        _dice = dice;
    }

    /// <summary>Null: the pattern is beyond this, or no length was found that fits.</summary>
    public static string? Sample(string pattern, DemoDice dice, int least, int most)
    {
        // How often more than it must something is repeated: a little, then not at all, then until the text is long enough, at last to the exact length.
        foreach (var extra in (ReadOnlySpan<int>)[2, 1, 0, 4, 8, 16, 32, 64, 128, 256, 1024, Math.Clamp(least, 0, MaxLength)])
        {
            var sampler = new DemoPattern(pattern, dice) { _extra = extra };
            if (!sampler.Alternatives() || sampler._at != pattern.Length) return null;
            var text = sampler._output.ToString();
            if (text.Length >= least && text.Length <= most) return IsWellFormed(text) ? text : null;
        }

        return null;
    }

    /// <summary>A class can pick half of a surrogate pair, which cannot be written as JSON.</summary>
    private static bool IsWellFormed(string text)
    {
        var at = 0;
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune)) at += rune.Utf16SequenceLength;
        return at == text.Length;
    }

    /// <summary>Up to the end of the pattern or of the group.</summary>
    private bool Alternatives()
    {
        if (!Sequence()) return false;
        _muted++;
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            if (!Sequence()) return false;
        }

        _muted--;
        return true;
    }

    private bool Sequence()
    {
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
            if (!Piece()) return false;
        return true;
    }

    /// <summary>An atom and how often: it is read once to find its count, and written that often.</summary>
    private bool Piece()
    {
        var start = _at;
        _muted++;
        if (!Atom()) return false;
        _muted--;
        if (!Count(out var least, out var most)) return false;
        var after = _at;
        var times = _muted > 0 ? 0 : Math.Min(most, least + _extra);
        for (var i = 0; i < times; i++)
        {
            _at = start;
            if (!Atom()) return false;
        }

        _at = after;
        return true;
    }

    private bool Atom()
    {
        if (++_steps > MaxSteps || _output.Length > MaxLength) return false;
        var c = _pattern[_at++];
        switch (c)
        {
            case '^' or '$': return true;
            case '(': return Group();
            case '[': return Class();
            case '\\': return Escape();
            case '.': return Write("abcdefghijklmnopqrstuvwxyz"[_dice.Pick(26)]);
            case '*' or '+' or '?' or ')': return false;
            default: return Write(c);
        }
    }

    private bool Group()
    {
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            var rest = _pattern.AsSpan(_at);
            var named = rest.StartsWith("?<") && !rest.StartsWith("?<=") && !rest.StartsWith("?<!");
            var skip = rest.StartsWith("?:") ? 2 : named ? rest.IndexOf('>') + 1 : 0;
            if (skip == 0) return false;
            _at += skip;
        }

        if (++_depth > MaxDepth || !Alternatives() || _at >= _pattern.Length) return false;
        _depth--;
        _at++;
        return true;
    }

    private bool Count(out int least, out int most)
    {
        (least, most) = (1, 1);
        if (_at >= _pattern.Length) return true;
        switch (_pattern[_at])
        {
            case '*': (least, most) = (0, int.MaxValue); break;
            case '+': (least, most) = (1, int.MaxValue); break;
            case '?': (least, most) = (0, 1); break;
            case '{':
                var close = _pattern.IndexOf('}', _at);
                if (close < 0 || !Bounds(_pattern[(_at + 1)..close], out least, out most)) return false;
                _at = close;
                break;
            default: return true;
        }

        _at++;
        if (_at < _pattern.Length && _pattern[_at] == '?') _at++; // lazy: the same texts
        return least <= MaxLength;
    }

    private static bool Bounds(string text, out int least, out int most)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        most = int.MaxValue;
        if (!int.TryParse(comma < 0 ? text : text[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out least)) return false;
        if (comma < 0) most = least;
        return comma < 0 || comma == text.Length - 1 || (int.TryParse(text[(comma + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out most) && most >= least);
    }

    private bool Escape()
    {
        if (_at >= _pattern.Length || DemoCharacterSet.Escaped(_pattern, ref _at) is not { } set) return false;
        return set.IsZeroWidth || Write(set.Pick(_dice));
    }

    private bool Class()
    {
        if (DemoCharacterSet.Class(_pattern, ref _at) is not { } set) return false;
        return Write(set.Pick(_dice));
    }

    private bool Write(char c)
    {
        if (_muted == 0) _output.Append(c);
        return true;
    }
}
