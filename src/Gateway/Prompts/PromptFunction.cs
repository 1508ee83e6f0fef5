using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>A function as requests see it.</summary>
/// <param name="Prompt">Null: the prompt it names is not there.</param>
/// <param name="IsStale">The prompt it names is not there any more, and <paramref name="Prompt"/> is what it was last.</param>
/// <param name="Access">Its own, or else its prompt's; null: neither names anybody.</param>
/// <param name="Fields">Its params and its overrides, as chat calls them.</param>
internal sealed record PromptFunction(FunctionConfig Config, PromptVersion? Prompt, bool IsStale, PromptAccess? Access, IReadOnlyList<OperatorField> Fields)
{
    /// <summary>Clients write it before a function's name, in <c>model</c>.</summary>
    public const string Prefix = "fn/";

    private readonly IReadOnlyList<OperatorField> _ofResponses = For(Fields, InferenceEndpoint.Responses);
    private readonly IReadOnlyList<OperatorField> _ofMessages = For(Fields, InferenceEndpoint.Messages);

    public string Name => Config.Name;

    /// <summary>The counters of its budgets; filled by <see cref="AdmissionBook.Configure"/> before the snapshot is published, null where it has none.</summary>
    public ScopeState? Scope { get; set; }

    /// <summary>Null: its answers are free.</summary>
    public OutputFormat? Output { get; } = OutputFormat.Of(Config.Name, Config.OutputSchema);

    /// <summary>A name of the configuration, or <c>PROVIDER/MODEL</c>.</summary>
    public string Model => Config.Model;

    /// <summary>The prompt it names, with its label or number.</summary>
    public string Wanted => PromptReference.Of(Config.Prompt).Full;

    /// <summary>What clients ask for.</summary>
    public string Id { get; } = Prefix + Config.Name;

    /// <summary>Whether the key may ask for a function of this name, whether or not there is one.</summary>
    public static bool MayName(KeyEntry key, string id) => key.Models is null || key.Models.Allows(id);

    public bool MayUse(KeyEntry key) => MayName(key, Id) && Access?.Names(key) != false;

    /// <summary>Its fields as requests for this endpoint call them.</summary>
    public IReadOnlyList<OperatorField> FieldsFor(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.Responses => _ofResponses,
        InferenceEndpoint.Messages => _ofMessages,
        _ => Fields,
    };

    /// <summary>Where the chat has two names of one field, the first counts: overrides come first.</summary>
    private static OperatorField[] For(IReadOnlyList<OperatorField> fields, InferenceEndpoint endpoint) =>
        [.. fields.Select(f => f.For(endpoint)).DistinctBy(static f => Convert.ToHexString(f.Name))];

    /// <summary>The key as it is for requests for this function: whose budgets hold too.</summary>
    /// <exception cref="InvalidOperationException">A bug of the composition: nobody counts what it has budgets for.</exception>
    public KeyEntry Bind(KeyEntry key)
    {
        if (Config.Budgets.Count == 0) return key;
        if (key.Scopes is null || Scope is null) throw new InvalidOperationException($"function '{Name}' has budgets that {nameof(AdmissionBook)}.{nameof(AdmissionBook.Configure)} was not told of");
        return key with { Scopes = key.Scopes.And(Scope) };
    }

    public static bool IsNamed(string model) => model.StartsWith(Prefix, StringComparison.Ordinal);
}
