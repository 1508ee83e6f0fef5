namespace Gateway.Tests.Architecture;

/// <summary>A string literal of a source file, without its quotes and holes' meaning.</summary>
internal readonly record struct StringLiteral(int Line, string Text, bool Interpolated);

/// <summary>
/// C# text with comments, strings and preprocessor lines blanked out, every other character at its place: what a rule can search without finding a word in a comment.
/// </summary>
internal sealed class CodeText
{
    private readonly string _source;
    private readonly char[] _code;
    private readonly List<StringLiteral> _strings = [];
    private int _at;

    private CodeText(string source)
    {
        _source = source;
        _code = source.ToCharArray();
        ReadCode(untilBrace: false);
        Code = new string(_code);
    }

    public string Code { get; }

    public IReadOnlyList<StringLiteral> Strings => _strings;

    public static CodeText Read(string source) => new(source);

    /// <summary>Reads to the end, or to the brace that closes the hole of an interpolated string.</summary>
    private void ReadCode(bool untilBrace)
    {
        var depth = 0;
        while (_at < _source.Length)
        {
            if (StartsWith("//") || IsDirective())
                BlankTo(EndOfLine());
            else if (StartsWith("/*"))
                BlankTo(After("*/", _at + 2));
            else if (_source[_at] == '\'')
                BlankTo(EndOfQuoted('\'', escapes: true, _at + 1));
            else if (_source[_at] is '"' or '$' or '@' && TryReadString())
                continue;
            else if (untilBrace && _source[_at] == '}' && depth == 0)
                return;
            else
                depth += _source[_at++] switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    private bool TryReadString()
    {
        var start = _at;
        var quote = start;
        while (quote < _source.Length && _source[quote] is '$' or '@')
            quote++;
        if (quote >= _source.Length || _source[quote] != '"')
        {
            _at++;
            return true;
        }
        var prefix = _source[start..quote];
        var quotes = CountQuotes(quote);
        var interpolated = prefix.Contains('$', StringComparison.Ordinal);
        var verbatim = prefix.Contains('@', StringComparison.Ordinal);
        var contentStart = quote + (quotes >= 3 ? quotes : 1);
        var end = quotes >= 3 ? EndOfRaw(quotes, contentStart)
            : quotes == 2 ? quote + 2
            : interpolated ? EndOfInterpolated(contentStart, verbatim)
            : EndOfQuoted('"', escapes: !verbatim, contentStart);
        var closing = quotes >= 3 ? quotes : 1;
        _strings.Add(new(LineOf(start), _source[contentStart..Math.Max(contentStart, end - closing)], interpolated));
        _at = start;
        BlankTo(end);
        return true;
    }

    private int EndOfInterpolated(int from, bool verbatim)
    {
        _at = from;
        while (_at < _source.Length)
        {
            var c = _source[_at];
            if (!verbatim && c == '\\')
                _at += 2;
            else if (c == '"' && verbatim && Next() == '"' || c is '{' or '}' && Next() == c)
                _at += 2;
            else if (c == '"')
                return _at + 1;
            else if (c == '{')
            {
                _at++;
                ReadCode(untilBrace: true);
            }
            else
                _at++;
        }
        return _at;
    }

    private int EndOfQuoted(char quote, bool escapes, int from)
    {
        for (var i = from; i < _source.Length; i++)
        {
            if (escapes && _source[i] == '\\')
                i++;
            else if (_source[i] == quote && !escapes && i + 1 < _source.Length && _source[i + 1] == quote)
                i++;
            else if (_source[i] == quote)
                return i + 1;
        }
        return _source.Length;
    }

    private int EndOfRaw(int quotes, int from)
    {
        for (var i = from; i < _source.Length; i++)
        {
            if (_source[i] == '"' && CountQuotes(i) is var run && run >= quotes)
                return i + run;
        }
        return _source.Length;
    }

    private int CountQuotes(int at)
    {
        var n = 0;
        while (at + n < _source.Length && _source[at + n] == '"')
            n++;
        return n;
    }

    private bool IsDirective() => _source[_at] == '#' && _source[(_source.LastIndexOf('\n', _at) + 1).._at].Trim().Length == 0;

    private char Next() => _at + 1 < _source.Length ? _source[_at + 1] : '\0';

    private bool StartsWith(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    private int EndOfLine() => _source.IndexOf('\n', _at) is >= 0 and var end ? end : _source.Length;

    private int After(string text, int from) => _source.IndexOf(text, from, StringComparison.Ordinal) is >= 0 and var found ? found + text.Length : _source.Length;

    private int LineOf(int at) => _source.AsSpan(0, at).Count('\n') + 1;

    private void BlankTo(int end)
    {
        for (; _at < end; _at++)
        {
            if (_code[_at] != '\n')
                _code[_at] = ' ';
        }
    }
}
