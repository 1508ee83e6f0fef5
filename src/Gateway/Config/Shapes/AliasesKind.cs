using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Values;
using Gateway.Config.Yaml;

namespace Gateway.Config.Shapes;

/// <summary>
/// <c>aliases: { gpt-4: smart, "claude-*": smart }</c>. An alias may stand for another one; a name is looked up as a model, then as an alias,
/// then as the wildcard with the longest prefix (a model's before an alias's).
/// </summary>
internal sealed class AliasesKind : ValueKind<IReadOnlyDictionary<string, string>>
{
    public static readonly AliasesKind Instance = new();

    private static readonly MapKind<string> Pairs = new("a mapping of aliases to models", Texts.ModelNameProblem, Texts.Model);

    public override string Noun => Pairs.Noun;

    public override string? Json(IReadOnlyDictionary<string, string> value) => Pairs.Json(value);

    public override void WriteSchema(SchemaWriter schema) => Pairs.WriteSchema(schema);

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, string> value)
    {
        var before = context.Errors.Count;
        if (!Pairs.TryBind(node, context, out value))
            return false;

        var entries = ((YamlMapping)node).Entries;
        foreach (var (key, _) in entries)
            context.Aliases.Declare(key.Text, key);
        foreach (var (key, child) in entries)
        {
            context.Errors.Push(key.Text);
            if (context.Models.Has(key.Text))
                context.Errors.Add(key.Mark, $"'{key.Text}' is a model already (line {context.Models.LineOf(key.Text)}); an alias needs a name of its own");
            else if (Problem(key.Text, child, value, context) is { } problem)
                context.Errors.Add(child.Mark, problem);
            context.Errors.Pop();
        }

        return context.Errors.Count == before;
    }

    /// <summary>Follows an alias to a model; what is wrong on the way, or null.</summary>
    private static string? Problem(string alias, YamlNode at, IReadOnlyDictionary<string, string> aliases, BindContext context)
    {
        var direct = aliases[alias];
        if (direct.Contains('*', StringComparison.Ordinal) && !context.Models.Has(direct))
            return "an alias stands for one model; '*' can stand on its left side only";

        var seen = new List<string> { alias };
        var name = direct;
        while (!context.Models.Has(name))
        {
            if (!aliases.ContainsKey(name))
            {
                var (model, other) = (context.Models.WildcardFor(name), context.Aliases.WildcardFor(name));
                if (model is not null && model.Length >= (other?.Length ?? 0))
                    return null;
                if (other is null)
                    return seen.Count > 1 || context.Models.IsIncomplete ? null : context.Models.Unknown(name, at);
                name = other;
            }

            if (seen.Contains(name))
                return $"the alias leads back to itself: {string.Join(" → ", seen.Append(name).Select(Printable.Shorten))}";
            seen.Add(name);
            name = aliases[name];
        }

        return null;
    }
}
