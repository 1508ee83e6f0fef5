using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Prompts;
using Gateway.Prompts.Templates;

namespace Gateway.Config.Shapes;

/// <summary><c>{ name: tone, type: enum, values: [warm, plain], default: plain }</c></summary>
internal static class PromptVariableShape
{
    private const int MostValues = 1000;

    private static readonly PromptVariableConfig Defaults = new() { Name = "" };

    public static readonly ChoiceKind<PromptVariableType> Types = new(
    [
        ("string", PromptVariableType.Text), ("number", PromptVariableType.Number), ("boolean", PromptVariableType.Boolean), ("enum", PromptVariableType.Enum),
        ("list", PromptVariableType.List), ("object", PromptVariableType.Record),
    ]);

    private static readonly Key<string> Name = new("name", Texts.VariableName, "What templates and requests call it: letters, digits, '_' and '-'.") { Required = true };

    private static readonly Key<PromptVariableType> Type = new("type", Types, "What its value must be: string, number, boolean, enum (one of values), list or object.") { Default = Defaults.Type };

    private static readonly Key<bool> Required = new("required", FlagKind.Instance, "A request without it is refused; absent: true, unless it has a default.");

    private static readonly Key<JsonText> Default = new("default", JsonKind.Instance, "Its value where the request has none.");

    private static readonly Key<IReadOnlyList<string>> Values = new("values", new ListKind<string>("a list of values", Texts.MetadataValue) { Max = MostValues }, "What an enum may be.") { Default = Defaults.Values };

    private static readonly Key<int> MaxLength = new("max_length", Integers.Length, "The most characters of a string, or items of a list; absent: as many as fit.");

    private static readonly RecordKind<PromptVariableConfig> Kind = new("promptVariable", [Name, Type, Required, Default, Values, MaxLength], Build);

    public static readonly ListKind<PromptVariableConfig> List = new("a list of variables", Kind) { Max = TemplateLimits.Variables };

    /// <summary>Blames the list for a name that stands in it twice.</summary>
    public static void RequireDifferentNames(MappingReader m, Key key, IReadOnlyList<PromptVariableConfig> variables)
    {
        for (var i = 1; i < variables.Count; i++)
            if (variables.Take(i).Any(v => v.Name == variables[i].Name)) m.Fail(key, $"there are two variables '{variables[i].Name}'; names must differ");
    }

    private static PromptVariableConfig Build(MappingReader m)
    {
        var initial = m.Get(Default);
        var variable = new PromptVariableConfig
        {
            Name = m.Get(Name)!,
            Type = m.Get(Type),
            IsRequired = m.GetOrNull(Required) ?? initial is null,
            Default = initial,
            Values = m.Get(Values)!,
            MaxLength = m.GetOrNull(MaxLength),
        };
        if (m.HasFailed) return variable;
        if ((variable.Type == PromptVariableType.Enum) != variable.Values.Count > 0)
            m.Fail(Values, variable.Type == PromptVariableType.Enum ? "an enum needs values, at least one" : "only an enum has values");
        if (variable.MaxLength is not null && variable.Type is not (PromptVariableType.Text or PromptVariableType.List))
            m.Fail(MaxLength, "only a string and a list have a length");
        if (initial is not null && variable.IsRequired) m.Fail(Required, "what every request must have needs no default");
        if (initial?.Utf8.Length > TemplateLimits.Declaration) m.Fail(Default, "the default has more than 64 KiB");
        else if (initial is not null && (initial.Utf8.Span[0] == 'n' ? "is nothing: leave it out, and write required: false" : new PromptVariable(variable).Problem(initial.Utf8.Span)) is { } problem)
            m.Fail(Default, $"the default {problem}");
        return variable;
    }
}
