using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Values;
using Gateway.Config.Yaml;
using Gateway.Prompts;

namespace Gateway.Config.Shapes;

/// <summary>An entry of a key's <c>models</c>: a model, an alias, PROVIDER/MODEL, <c>fn/NAME</c>, or a pattern with <c>*</c>, which may match nothing yet.</summary>
internal sealed class AllowedModelKind : ValueKind<string>
{
    public static readonly AllowedModelKind Instance = new();

    public override string Noun => Texts.Model.Noun;

    public override void WriteSchema(SchemaWriter schema) => Texts.Model.WriteSchema(schema);

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out string value)
    {
        if (!Texts.Model.TryBind(node, context, out value))
            return false;
        value = context.Pool.Share(value);
        if (PromptFunction.IsNamed(value))
            return IsFunction(value, node, context);
        if (context.Models.IsIncomplete || IsKnown(value, context))
            return true;
        context.Errors.Add(node.Mark, context.Models.Unknown(value, node));
        return false;
    }

    private static bool IsFunction(string id, YamlNode node, BindContext context)
    {
        var name = id[PromptFunction.Prefix.Length..];
        if (context.Functions.IsIncomplete || name.Contains('*', StringComparison.Ordinal) || context.Functions.Has(name))
            return true;
        context.Errors.Add(node.Mark, context.Functions.Unknown(name, node));
        return false;
    }

    public static bool IsKnown(string name, BindContext context) =>
        name.Contains('*', StringComparison.Ordinal)
        || context.Models.Has(name) || context.Aliases.Has(name)
        || context.Models.WildcardFor(name) is not null || context.Aliases.WildcardFor(name) is not null
        || (name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && context.Providers.Has(name[..slash]));
}
