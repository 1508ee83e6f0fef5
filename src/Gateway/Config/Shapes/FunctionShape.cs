using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Prompts;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>functions</c>.</summary>
internal static class FunctionShape
{
    /// <summary>They stand in a row of the ledger before the client's own, and must fit with them.</summary>
    private const int MostTags = 8;

    private static readonly FunctionConfig Defaults = new() { Name = "", Model = "", Prompt = "" };

    private static readonly MapKind<JsonText> Fields = new("a mapping of request fields to values", static name => name is "messages" or "prompt_variables" ? "is the prompt's, and the client's; remove it" : ModelShape.FieldProblem(name), JsonKind.Instance);

    private static readonly Key<string> Name = new("name", Texts.PromptName, "Clients send fn/NAME as model.") { Required = true };

    private static readonly Key<string> Description = new("description", Texts.Description, "For people; shown where models are listed.");

    private static readonly Key<string> Model = new("model", FallbackKind.One, "The model, alias or PROVIDER/MODEL that answers. Keys need not be allowed it.") { Required = true };

    private static readonly Key<string> Prompt = new("prompt", Texts.PromptReference, "The prompt, of this file or of the store: NAME, NAME@LABEL or NAME@VERSION; NAME alone is NAME@production.") { Required = true };

    private static readonly Key<IReadOnlyList<BudgetConfig>> Budgets = new("budgets", BudgetShape.List, "What it may spend, beside what the key, its team and the gateway may; several hold together. No period total.") { Default = Defaults.Budgets };

    private static readonly Key<IReadOnlyList<string>> Tags = new("tags", new OneOrMoreKind<string>("a tag or a list of tags", Texts.Tag, MostTags), "What its requests are called, beside what the client calls them (x-gateway-tags).") { Default = Defaults.Tags };

    private static readonly Key<JsonText> OutputSchema = new("output_schema", JsonKind.Instance, "A JSON schema that its answers follow: response_format, text.format or output_config.format, which a request cannot set then.");

    private static readonly Key<IReadOnlyDictionary<string, JsonText>> Params = new("params", Fields, "Request fields used where the client sent none.") { Default = Defaults.Params };

    private static readonly Key<IReadOnlyDictionary<string, JsonText>> Override = new("override", Fields, "Request fields that win over the client's.") { Default = Defaults.Override };

    private static readonly AccessKeys Access = new(
        "Names of the keys that may use it, of those whose models allow fn/NAME; without keys and teams the prompt's are meant.", "Names of teams whose keys may.");

    private static readonly RecordKind<FunctionConfig> Kind = new("function", [Name, Description, Model, Prompt, Access.Keys, Access.Teams, Budgets, Tags, OutputSchema, Params, Override], Build);

    public static readonly ListKind<FunctionConfig> List = new("a list of functions", Kind);

    private static FunctionConfig Build(MappingReader m)
    {
        var function = new FunctionConfig
        {
            Name = m.GetName(Name, m.Context.Functions),
            Description = m.Get(Description),
            Model = m.Get(Model)!,
            Prompt = m.Get(Prompt)!,
            Access = Access.Read(m),
            Budgets = m.Get(Budgets),
            Tags = m.Get(Tags),
            OutputSchema = m.Get(OutputSchema),
            Params = m.Get(Params)!,
            Override = m.Get(Override)!,
        };
        BudgetShape.RequireDifferentPeriods(m, Budgets, function.Budgets);
        // Rows are kept for longer than a month (telemetry.retention); what is added up by day afterwards does not say the function.
        if (function.Budgets.Any(static b => b.Period == BudgetPeriod.Total)) m.Fail(Budgets, "a function's budget needs a period that ends: the ledger does not know for ever which function spent what");
        if (function.OutputSchema is { } schema) CheckOutput(m, function, schema);
        if (function.Prompt is not null) CheckPrompt(m, PromptReference.Of(function.Prompt));
        return function;
    }

    private static void CheckOutput(MappingReader m, FunctionConfig function, JsonText schema)
    {
        if (schema.Utf8.Span[0] != '{') m.Fail(OutputSchema, "must be a JSON schema: a mapping");
        foreach (var (fields, key) in new[] { (function.Params, Params), (function.Override, Override) })
            if (fields?.Keys.FirstOrDefault(OutputFormat.Has) is { } twice) m.Fail(key, $"'{twice}' is set by output_schema; remove one of them");
    }

    /// <summary>A prompt that the file does not have is the store's, which is not asked here: whoever has no such prompt either says so when the configuration is put in force.</summary>
    private static void CheckPrompt(MappingReader m, PromptReference reference)
    {
        if (m.Context.PromptOf.TryGetValue(reference.Name, out var prompt) && prompt.IndexOf(reference.Selector) < 0)
            m.Fail(Prompt, $"the prompt '{reference.Name}' has no version or label '{reference.Selector}'");
    }
}
