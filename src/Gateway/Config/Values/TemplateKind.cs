using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;
using Gateway.Prompts.Templates;

namespace Gateway.Config.Values;

/// <summary>A prompt's text with its tags, as it stands: <c>${NAME}</c> is text here, for prompts have such words of their own, and no secret belongs in one.</summary>
internal sealed class TemplateKind : ValueKind<string>
{
    public static readonly TemplateKind Instance = new();

    public override string Noun => "text";

    public override void WriteSchema(SchemaWriter schema) => schema.Json.WriteString("type", "string");

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out string value)
    {
        value = (node as YamlScalar)?.Text;
        var problem = node is not YamlScalar scalar ? $"this must be text, not {node.Noun}"
            : scalar.IsNull ? "the key has no value; write text, or remove the line"
            : scalar.Text.Length > TemplateLimits.Characters ? $"the text has {scalar.Text.Length} characters; {TemplateLimits.Characters} are the most"
            : null;
        if (problem is null) return value is not null;
        context.Errors.Add(node.Mark, problem);
        return false;
    }
}
