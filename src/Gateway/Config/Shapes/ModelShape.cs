using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>models</c>: what clients ask for.</summary>
internal static class ModelShape
{
    /// <summary>Fields the gateway writes itself; to set them would break streams, routing or metering.</summary>
    private static readonly string[] OwnFields = ["model", "stream", "stream_options"];

    private static readonly ModelConfig Defaults = new() { Name = "", Targets = [] };

    private static readonly ChoiceKind<Strategy> Strategies = new(
    [
        ("weighted", Strategy.Weighted), ("ordered", Strategy.Ordered), ("least-busy", Strategy.LeastBusy), ("least-used", Strategy.LeastUsed),
        ("lowest-latency", Strategy.LowestLatency), ("lowest-cost", Strategy.LowestCost),
    ])
    {
        AlsoKnown =
        [
            ("simple-shuffle", Strategy.Weighted), ("usage-based-routing", Strategy.LeastUsed), ("usage-based-routing-v2", Strategy.LeastUsed),
            ("latency-based-routing", Strategy.LowestLatency), ("cost-based-routing", Strategy.LowestCost),
        ],
    };

    private static readonly ChoiceKind<Stickiness> Affinities = new([("off", Stickiness.Off), ("session", Stickiness.Session), ("user", Stickiness.User)]);

    private static readonly MapKind<JsonText> Fields = new("a mapping of request fields to values", FieldProblem, JsonKind.Instance);

    private static readonly Key<string> Name = new("name", Texts.ModelName, "What clients send as model. A '*' at its end is a wildcard: gpt-*.") { Required = true };

    private static readonly Key<string> Description = new("description", Texts.Description, "For people; shown where models are listed.");

    private static readonly Key<Strategy> StrategyKey = new("strategy", Strategies, "Which target is asked first; the others are for when it fails. weighted: by chance and the targets' weights; ordered: always the first; least-busy: with the fewest requests under way; least-used: with the fewest tokens in the last minute, as a share of its tpm; lowest-latency: the faster to its first byte of two by chance; lowest-cost: the cheapest for this request. LiteLLM's names of them are understood too (docs/routing.md).") { Default = Defaults.Strategy };

    private static readonly Key<IReadOnlyList<TargetConfig>> Targets = new("targets", TargetShape.List, "Where its requests can go; at least one.") { Required = true };

    private static readonly Key<IReadOnlyDictionary<string, JsonText>> Params = new("params", Fields, "Request fields used where the client sent none.") { Default = Defaults.Params };

    private static readonly Key<IReadOnlyDictionary<string, JsonText>> Override = new("override", Fields, "Request fields that win over the client's.") { Default = Defaults.Override };

    private static readonly Key<PriceConfig> Price = new("price", PriceShape.Kind, "US dollars per million tokens at every target without a price of its own.");

    private static readonly Key<UnpricedPolicy> Unpriced = new("unpriced", Policies.Unpriced, "As at the root, for this model; absent: the root's.");

    private static readonly Key<TimeSpan> Keepalive = new("keepalive", Policies.Keepalive, "As at the root, for this model; absent: the root's.");

    private static readonly Key<DisconnectPolicy> OnDisconnect = new("on_disconnect", Policies.OnDisconnect, "As at the root, for this model; absent: the provider's.");

    private static readonly Key<bool> DropParams = new("drop_params", FlagKind.Instance, "As at the root, for this model; absent: the root's.");

    private static readonly Key<ErrorStatusPolicy> ErrorStatus = new("error_status", Policies.ErrorStatus, "As at the root, for this model; absent: the root's.");

    private static readonly Key<StoreFailurePolicy> OnStoreFailure = new("on_store_failure", Policies.OnStoreFailure, "As at the root, for this model; absent: the root's.");

    private static readonly Key<Stickiness> Sticky = new("sticky", Affinities, "What requests stay at one target by, as long as it answers, for the sake of the provider's prompt cache: session (the header x-gateway-session), user (x-gateway-user, else the body's user), or off.") { Default = Defaults.Sticky };

    private static readonly Key<RetryConfig> Retries = new("retries", RetriesKind.Instance, "How often targets are tried again after each has failed once, before the first byte; a number, or numbers by failure.") { Default = Defaults.Retries };

    private static readonly Key<IReadOnlyList<string>> Fallbacks = new("fallbacks", FallbackKind.List, "Models asked when none of the targets answers, in this order.") { Default = Defaults.Fallbacks };

    private static readonly Key<IReadOnlyList<string>> ContextFallbacks = new("context_fallbacks", FallbackKind.List, "Models asked when the prompt does not fit into this one.") { Default = Defaults.ContextFallbacks };

    private static readonly Key<IReadOnlyList<string>> ContentPolicyFallbacks = new("content_policy_fallbacks", FallbackKind.List, "Models asked when the provider's filter refuses the prompt.") { Default = Defaults.ContentPolicyFallbacks };

    private static readonly Key<ModelCacheConfig> Cache = new("cache", ModelCacheShape.Kind, "Gives the answer of a request again to the same request (docs/cache.md); absent: every request is made.");

    private static readonly Key<PreCommitConfig> PreCommit = new("pre_commit", PreCommitShape.Kind, "As at the root, for this model; absent: the root's.");

    private static readonly Key<HedgeConfig> Hedge = new("hedge", HedgeShape.Kind, "As at the root, for this model; absent: the root's.");

    private static readonly Key<decimal> MaxCost = new("max_cost", MoneyKind.Budget, "US dollars that a request may cost at most: targets where it can cost more are not asked. A request can ask for less (x-gateway-max-cost).");

    private static readonly Key<TimeSpan> MaxLatency = new("max_latency", new DurationKind(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), "Targets whose first byte took longer in the last minute, on average, are not asked. A request can ask for less (x-gateway-max-latency).");

    private static readonly Key<double> MinQuality = new("min_quality", NumberKind.Share, "Targets whose quality is lower, or not given, are not asked. A request can ask for more (x-gateway-min-quality).");

    private static readonly RecordKind<ModelConfig> Kind = new("model", [Name, Description, StrategyKey, Sticky, Targets, MaxCost, MaxLatency, MinQuality, Retries, Fallbacks, ContextFallbacks, ContentPolicyFallbacks, Params, Override, Cache, Price, Unpriced, Keepalive, OnDisconnect, DropParams, ErrorStatus, OnStoreFailure, PreCommit, Hedge], Build);

    public static readonly ListKind<ModelConfig> List = new("a list of models", Kind);

    /// <summary>As it is written in a configuration.</summary>
    public static string NameOf(Strategy strategy) => Strategies.Word(strategy);

    private static ModelConfig Build(MappingReader m)
    {
        var model = new ModelConfig
        {
            Name = m.GetName(Name, m.Context.Models),
            Description = m.Get(Description),
            Strategy = m.Get(StrategyKey),
            Targets = m.Get(Targets),
            Params = m.Get(Params),
            Override = m.Get(Override),
            Cache = m.Get(Cache),
            Price = m.Get(Price),
            Unpriced = m.GetOrNull(Unpriced),
            Keepalive = m.GetOrNull(Keepalive),
            OnDisconnect = m.GetOrNull(OnDisconnect),
            DropParams = m.GetOrNull(DropParams),
            ErrorStatus = m.GetOrNull(ErrorStatus),
            OnStoreFailure = m.GetOrNull(OnStoreFailure),
            PreCommit = m.Get(PreCommit),
            Hedge = m.Get(Hedge),
            Sticky = m.Get(Sticky),
            MaxCost = m.GetOrNull(MaxCost),
            MaxLatency = m.GetOrNull(MaxLatency),
            MinQuality = m.GetOrNull(MinQuality),
            Retries = m.Get(Retries),
            Fallbacks = m.Get(Fallbacks),
            ContextFallbacks = m.Get(ContextFallbacks),
            ContentPolicyFallbacks = m.Get(ContentPolicyFallbacks),
        };
        if (model.Targets is { Count: > 0 } targets)
            CheckTargets(m, model, targets);
        if (model.Cache?.Semantic?.EmbeddingModel == model.Name) m.Fail(Cache, "the semantic cache would ask the model itself to compare; name a model that makes embeddings");
        return model;
    }

    private static void CheckTargets(MappingReader m, ModelConfig model, IReadOnlyList<TargetConfig> targets)
    {
        if (model.Strategy == Strategy.Weighted && targets.All(static t => t.Weight == 0))
            m.Fail(Targets, "every weight is 0, so no target would be chosen; give one of them a weight of at least 1");
        if (model.MinQuality is { } least && !targets.Any(t => t.Quality >= least))
            m.Fail(MinQuality, "no target has a quality of so much, so none would be asked");
        if (!model.Name.EndsWith('*') && model.Name.Length > 0 && targets.Any(static t => t.Model.Contains('*', StringComparison.Ordinal)))
            m.Fail(Targets, "a target's model holds '*', but the model's own name has no wildcard it could stand for");
    }

    /// <summary>What is wrong with a field that an operator wants to set, or null.</summary>
    public static string? FieldProblem(string name) =>
        OwnFields.Contains(name) ? "is set by the gateway itself; remove it" : Texts.EntryName(name);
}
