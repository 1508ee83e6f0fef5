using System.Text;
using Gateway.Config;

namespace Gateway.Prompts.Templates;

/// <summary>
/// Text → steps. Mustache's tags without what runs code or changes the syntax: values, sections, inverted sections, comments and partials, which are written out here and now. What
/// is put in for a tag is never looked at again.
/// </summary>
/// <param name="variables">What the prompt declares; a variable's index is its slot.</param>
internal sealed class TemplateParser(TemplateBuilder output, IReadOnlyList<PromptVariableConfig> variables, IReadOnlyDictionary<string, string> partials)
{
    private readonly List<Section> _open = [];
    private readonly List<string> _inside = [];
    private string _source = "";

    /// <returns>Null: its steps are in the output.</returns>
    public TemplateProblem? Parse(string text)
    {
        _source = text;
        var (floor, at) = (_open.Count, 0);
        while (NextTag(text, ref at) is >= 0 and var start)
        {
            var tag = TemplateTag.Read(text, start);
            if (tag.Problem is { } malformed) return Problem(start, malformed);
            // A tag that stands alone on its line takes the line with it: lists come out without empty lines.
            var (from, to) = tag.IsStandalone ? (Math.Max(at, tag.LineStart), tag.LineEnd) : (start, tag.End);
            output.Text(text.AsSpan(at, from - at));
            at = to;
            if (Take(tag, start, floor) is { } problem) return problem;
            if (output.Steps > TemplateLimits.Steps || output.Characters > TemplateLimits.CompiledCharacters)
                return Problem(start, $"with its partials written out the prompt has more than {TemplateLimits.Steps} tags or {TemplateLimits.CompiledCharacters} characters");
        }

        output.Text(text.AsSpan(at));
        return _open.Count > floor ? Problem(_open[^1].At, $"the section '{_open[^1].Name}' is not closed: write {{{{/{_open[^1].Name}}}}}") : null;
    }

    /// <summary>Where the next tag begins, or -1; <c>\{{</c> before it is text, and <c>\\{{</c> a backslash and a tag.</summary>
    private int NextTag(string text, ref int at)
    {
        while (true)
        {
            var start = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (start <= at || text[start - 1] != '\\') return start;
            output.Text(text.AsSpan(at, start - 1 - at));
            if (start - 2 >= at && text[start - 2] == '\\')
            {
                at = start;
                return start;
            }

            output.Text("{{");
            at = start + 2;
        }
    }

    private TemplateProblem? Take(in TemplateTag tag, int at, int floor)
    {
        switch (tag.Kind)
        {
            case TemplateTagKind.Comment:
                return null;
            case TemplateTagKind.Close:
                if (_open.Count == floor) return Problem(at, $"'{tag.Name}' is closed, but no section is open");
                if (_open[^1].Name != tag.Name) return Problem(at, $"'{tag.Name}' is closed, but the section that is open is '{_open[^1].Name}'");
                output.Close(_open[^1].Step);
                _open.RemoveAt(_open.Count - 1);
                return null;
            case TemplateTagKind.Partial:
                return Include(tag.Name, at);
        }

        if (!TemplateTag.IsPath(tag.Name)) return Problem(at, $"'{Printable.Shorten(tag.Name)}' is no name of a variable: a template has names and no expressions");
        if (Slot(tag.Name, at, out var path, out var slot) is { } unknown) return unknown;
        if (tag.Kind == TemplateTagKind.Value)
        {
            output.Value(path, slot);
            return null;
        }

        if (_open.Count == TemplateLimits.Depth) return Problem(at, $"sections are nested more than {TemplateLimits.Depth} deep");
        var hasMembers = slot < 0 || path.Length > 1 || variables[slot].Type is PromptVariableType.List or PromptVariableType.Record or PromptVariableType.Any;
        _open.Add(new(tag.Name, at, output.Open(path, slot, tag.Kind == TemplateTagKind.Inverted), hasMembers));
        return null;
    }

    private TemplateProblem? Slot(string name, int at, out byte[][] path, out int slot)
    {
        var names = name == "." ? [] : name.Split('.');
        path = [.. names.Select(Encoding.UTF8.GetBytes)];
        slot = -1;
        if (names.Length == 0) return _open.Count > 0 ? null : Problem(at, "'.' is the item of a section, and none is open");
        for (var i = 0; i < variables.Count; i++)
            if (variables[i].Name == names[0]) slot = i;
        // Inside a list or an object a name may be one of its members, which nobody declares.
        if (slot >= 0 || _open.Exists(static s => s.HasMembers)) return null;
        var declared = variables.Count == 0 ? "; the prompt declares none" : NearestName.Hint(names[0], variables.Select(static v => v.Name)) is { Length: > 0 } hint ? hint : "; declare it under variables";
        return Problem(at, $"there is no variable '{Printable.Shorten(names[0])}'{declared}");
    }

    private TemplateProblem? Include(string name, int at)
    {
        if (_inside.Contains(name)) return Problem(at, $"the partial leads back to itself: {string.Join(" → ", _inside.SkipWhile(p => p != name).Append(name))}");
        if (!partials.TryGetValue(name, out var text)) return Problem(at, $"there is no partial '{Printable.Shorten(name)}'{NearestName.Hint(name, partials.Keys)}");
        if (_inside.Count == TemplateLimits.Depth) return Problem(at, $"partials are nested more than {TemplateLimits.Depth} deep");
        _inside.Add(name);
        var outer = _source;
        if (Parse(text) is { } problem) return problem;
        _source = outer;
        _inside.RemoveAt(_inside.Count - 1);
        return null;
    }

    private TemplateProblem Problem(int at, string message)
    {
        var before = _source.AsSpan(0, at);
        return new(_inside.Count > 0 ? _inside[^1] : null, before.Count('\n') + 1, at - before.LastIndexOf('\n'), message);
    }

    /// <param name="HasMembers">It is about a list or an object, whose members have names.</param>
    private readonly record struct Section(string Name, int At, int Step, bool HasMembers);
}
