using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Values;
using Gateway.Config.Yaml;

namespace Gateway.Config.Shapes;

/// <summary>A model, an alias or PROVIDER/MODEL that is asked in place of another; it may stand further down in the file.</summary>
internal sealed class FallbackKind : ValueKind<string>
{
    /// <summary>More would be tried by nobody who waits for an answer.</summary>
    private const int Most = 16;

    public static readonly FallbackKind One = new();

    public static readonly ListKind<string> List = new("a list of models", One) { Max = Most };

    public override string Noun => Texts.Model.Noun;

    public override void WriteSchema(SchemaWriter schema) => Texts.Model.WriteSchema(schema);

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out string value)
    {
        if (!Texts.Model.TryBind(node, context, out value)) return false;
        var (name, path) = (value, context.Errors.Path());
        context.WhenNamesAreKnown(() =>
        {
            if (context.Models.IsIncomplete || (!name.Contains('*', StringComparison.Ordinal) && AllowedModelKind.IsKnown(name, context))) return;
            context.Errors.Add(node.Mark, path, context.Models.Unknown(name, node));
        });
        return true;
    }
}
