using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Prompts;
using Gateway.Prompts.Templates;

namespace Gateway.Config.Shapes;

/// <summary>A version of a prompt.</summary>
internal static class PromptVersionShape
{
    private static readonly PromptVersionConfig Defaults = new() { Version = 0, Messages = [] };

    public static readonly MapKind<string> Templates = new("a mapping of names to text", static name => TemplateTag.IsName(name) ? null : "is no name of a partial: write letters, digits, '_' and '-'", TemplateKind.Instance);

    private static readonly Key<int> Version = new("version", Integers.Version, "Its number; absent: one more than that of the version before it, from 1.");

    public static readonly Key<IReadOnlyList<PromptVariableConfig>> Variables = new("variables", PromptVariableShape.List, "What requests put in (prompt_variables).") { Default = Defaults.Variables };

    public static readonly Key<JsonText> Inputs = new("input_schema", JsonKind.Instance, "In place of variables: a JSON schema of an object, whose properties they are (docs/prompts.md).");

    private static readonly Key<IReadOnlyList<PromptMessageConfig>> Messages = new("messages", PromptMessageShape.List, "What stands before the messages of the request; at least one.") { Required = true };

    public static readonly Key<IReadOnlyDictionary<string, string>> Partials = new("partials", Templates, "Pieces of templates by name, put in by {{> name}}.") { Default = Defaults.Partials };

    private static readonly RecordKind<PromptVersionConfig> Kind = new("promptVersion", [Version, Variables, Inputs, Messages, Partials], Build);

    public static readonly ListKind<PromptVersionConfig> List = new("a list of versions", Kind) { Min = 1 };

    private static PromptVersionConfig Build(MappingReader m) =>
        new() { Version = m.GetOrNull(Version) ?? 0, Variables = VariablesOf(m), InputSchema = m.Get(Inputs), Messages = m.Get(Messages)!, Partials = m.Get(Partials)! };

    /// <summary>What a version declares in one of the two ways, each name once.</summary>
    public static IReadOnlyList<PromptVariableConfig> VariablesOf(MappingReader m)
    {
        var variables = m.Get(Inputs) is { } schema ? Declared(m, schema) : m.Get(Variables)!;
        PromptVariableShape.RequireDifferentNames(m, Variables, variables);
        return variables;
    }

    private static IReadOnlyList<PromptVariableConfig> Declared(MappingReader m, JsonText schema)
    {
        if (m.Has(Variables)) m.Fail(Variables, "are the properties of input_schema; write one of the two");
        if (schema.Utf8.Length > TemplateLimits.Declaration)
        {
            m.Fail(Inputs, "has more than 64 KiB");
            return [];
        }

        var variables = InputSchema.Variables(schema, out var problem);
        if (problem is not null) m.Fail(Inputs, problem);
        return variables ?? [];
    }
}
