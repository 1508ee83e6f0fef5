using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Values;
using Gateway.Config.Yaml;

namespace Gateway.Config.Shapes;

/// <summary>
/// <c>aliases: { gpt-4: smart, "claude-*": smart }</c>. An alias may stand for another one; bound, every alias has the name of a model. A name is looked up
/// as a model, then as an alias, then as the wildcard with the longest prefix (a model's before an alias's).
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
        value = null;
        if (!Pairs.TryBind(node, context, out var written))
            return false;

        var before = context.Errors.Count;
        var entries = ((YamlMapping)node).Entries;
        foreach (var (key, _) in entries)
            context.Aliases.Declare(key.Text, key);
        var resolved = new Dictionary<string, string>(entries.Count, StringComparer.Ordinal);
        foreach (var (key, child) in entries)
        {
            context.Errors.Push(key.Text);
            if (context.Models.Has(key.Text))
                context.Errors.Add(key.Mark, $"'{key.Text}' is a model already (line {context.Models.LineOf(key.Text)}); an alias needs a name of its own");
            else if (Resolve(key.Text, child, written, context, out var model) is { } problem)
                context.Errors.Add(child.Mark, problem);
            else
                resolved[key.Text] = model;
            context.Errors.Pop();
        }

        value = resolved;
        return context.Errors.Count == before;
    }

    /// <summary>Follows an alias to a model.</summary>
    /// <param name="model">The model's name; where the alias leads into an error of another one, any.</param>
    /// <returns>What is wrong with this alias, or null.</returns>
    private static string? Resolve(string alias, YamlNode at, IReadOnlyDictionary<string, string> aliases, BindContext context, out string model)
    {
        model = aliases[alias];
        if (model.Contains('*', StringComparison.Ordinal))
            return "an alias stands for one model; '*' can stand on its left side only";

        var passed = new List<string> { alias };
        while (!context.Models.Has(model))
        {
            if (Next(model, aliases, context) is not { } next)
                return passed.Count > 1 || context.Models.IsIncomplete ? null : Unknown(model, at, context);
            if (passed.Contains(next))
                return $"the alias leads back to itself: {string.Join(" → ", passed.Append(next).Select(Printable.Shorten))}";
            passed.Add(next);
            model = aliases[next];
        }

        return null;
    }

    /// <summary>The alias a name is found as, or null where it is found as a wildcard model or not at all.</summary>
    private static string? Next(string name, IReadOnlyDictionary<string, string> aliases, BindContext context)
    {
        if (aliases.ContainsKey(name))
            return name;
        var (model, alias) = (context.Models.WildcardFor(name), context.Aliases.WildcardFor(name));
        return model is null || alias?.Length > model.Length ? alias : null;
    }

    private static string Unknown(string name, YamlNode at, BindContext context) => context.Models.WildcardFor(name) is { } wildcard
        ? $"only the wildcard '{Printable.Shorten(wildcard)}' matches this; an alias stands for a model that is named"
        : context.Models.Unknown(name, at);
}
