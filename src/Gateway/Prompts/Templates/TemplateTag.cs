using System.Buffers;

namespace Gateway.Prompts.Templates;

internal enum TemplateTagKind { Value, Section, Inverted, Close, Partial, Comment }

/// <summary>One tag, as it stands in a text.</summary>
internal readonly record struct TemplateTag
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public TemplateTagKind Kind { get; private init; }

    public string Name { get; private init; }

    /// <summary>One past its closing braces.</summary>
    public int End { get; private init; }

    /// <summary>Nothing else is on its line, and it is none that writes a value.</summary>
    public bool IsStandalone { get; private init; }

    /// <summary>Where its line begins.</summary>
    public int LineStart { get; private init; }

    /// <summary>One past the line break after it.</summary>
    public int LineEnd { get; private init; }

    /// <summary>It is none; null: it is one.</summary>
    public string? Problem { get; private init; }

    /// <param name="start">Where its opening braces are.</param>
    public static TemplateTag Read(string text, int start)
    {
        if (start + 2 < text.Length && text[start + 2] == '{') return Wrong("three braces are no tag: values are never escaped for HTML, so write two; for a brace before a tag put a space between");
        var close = text.IndexOf("}}", start + 2, StringComparison.Ordinal);
        if (close < 0) return Wrong("the tag is not closed with }}; for two braces that are text write \\{{");
        var inner = text.AsSpan(start + 2, close - start - 2).Trim();
        if (inner.IsEmpty) return Wrong("the tag is empty; for two braces that are text write \\{{");
        if (inner[0] == '=') return Wrong("the braces of tags cannot be changed here");
        if (inner[0] == '&') return Wrong("'&' is not needed: values are never escaped for HTML");
        var kind = inner[0] switch
        {
            '#' => TemplateTagKind.Section,
            '^' => TemplateTagKind.Inverted,
            '/' => TemplateTagKind.Close,
            '>' => TemplateTagKind.Partial,
            '!' => TemplateTagKind.Comment,
            _ => TemplateTagKind.Value,
        };
        var name = kind == TemplateTagKind.Value ? inner : inner[1..].Trim();
        var tag = new TemplateTag { Kind = kind, Name = name.ToString(), End = close + 2 };
        return kind == TemplateTagKind.Value ? tag : tag.OnItsLine(text, start);
    }

    /// <summary>A variable, a member of one (<c>a.b</c>), or <c>.</c>.</summary>
    public static bool IsPath(string text)
    {
        if (text == ".") return true;
        foreach (var part in text.AsSpan().Split('.'))
            if (!IsName(text.AsSpan()[part])) return false;
        return true;
    }

    public static bool IsName(ReadOnlySpan<char> text) => !text.IsEmpty && (char.IsAsciiLetter(text[0]) || text[0] == '_') && !text.ContainsAnyExcept(NameCharacters);

    private TemplateTag OnItsLine(string text, int start)
    {
        var lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        if (!text.AsSpan(lineStart, start - lineStart).IsWhiteSpace()) return this;
        var after = text.AsSpan(End).IndexOf('\n');
        var rest = after < 0 ? text.AsSpan(End) : text.AsSpan(End, after);
        return rest.IsWhiteSpace() ? this with { IsStandalone = true, LineStart = lineStart, LineEnd = after < 0 ? text.Length : End + after + 1 } : this;
    }

    private static TemplateTag Wrong(string problem) => new() { Name = "", Problem = problem };
}
