using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Config.Yaml;
using Gateway.Storage;

namespace Gateway.Config.Shapes;

/// <summary>The root of gateway.yaml.</summary>
internal static class GatewayShape
{
    private static readonly GatewayConfig Defaults = new();

    private static readonly Key<ServerConfig> Server = new("server", ServerShape.Kind, "Where and how the gateway listens.") { Default = Defaults.Server };

    private static readonly Key<StoreAddress> Store = new("store", StoreKind.Instance, "Where the ledger is kept: sqlite:PATH, relative to the directory the gateway was started in, or postgres://user:password@host:port/database (docs/ledger.md).") { Default = Defaults.Store, AtNextStart = true };

    private static readonly Key<LedgerConfig> Ledger = new("ledger", LedgerShape.Kind, "How the ledger reaches the disk.") { Default = Defaults.Ledger };

    private static readonly Key<IReadOnlyList<ProviderConfig>> Providers = new("providers", ProviderShape.List, "Where requests can go.") { Default = Defaults.Providers };

    private static readonly Key<IReadOnlyList<ModelConfig>> Models = new("models", ModelShape.List, "What clients ask for.") { Default = Defaults.Models };

    private static readonly Key<IReadOnlyDictionary<string, string>> Aliases = new("aliases", AliasesKind.Instance, "Other names of models; an alias may end in '*'.") { Default = Defaults.Aliases };

    private static readonly Key<IReadOnlyList<PromptConfig>> Prompts = new("prompts", PromptShape.List, "Messages with variables, in numbered versions (docs/prompts.md).") { Default = Defaults.Prompts };

    private static readonly Key<IReadOnlyList<string>> ProtectedLabels = new("protected_labels", new ListKind<string>("a list of labels", Texts.PromptName), "Labels of the store's prompts that only admins move and remove; absent: production, and [] for none.") { Default = Defaults.ProtectedLabels };

    private static readonly Key<IReadOnlyList<FunctionConfig>> Functions = new("functions", FunctionShape.List, "Use cases: a model, a prompt and parameters under one name, which clients ask for as fn/NAME (docs/prompts.md).") { Default = Defaults.Functions };

    private static readonly Key<IReadOnlyList<KeyConfig>> Keys = new("keys", KeyShape.List, "The keys clients send.") { Default = Defaults.Keys };

    private static readonly Key<IReadOnlyList<TeamConfig>> Teams = new("teams", TeamShape.List, "What several keys share.") { Default = Defaults.Teams };

    private static readonly Key<IReadOnlyList<BudgetConfig>> Budgets = new("budgets", BudgetShape.List, "What the whole gateway may spend.") { Default = Defaults.Budgets };

    private static readonly Key<UnpricedPolicy> Unpriced = new("unpriced", Policies.Unpriced, "A model without a price, asked for under a budget: reject or allow (it then costs nothing).") { Default = Defaults.Unpriced };

    private static readonly Key<TimeSpan> Keepalive = new("keepalive", Policies.Keepalive, "A stream without its first token for so long gets a comment line, and again after as long, so that load balancers do not cut it; 0s: never.") { Default = Defaults.Keepalive };

    private static readonly Key<TelemetryConfig> Telemetry = new("telemetry", TelemetryShape.Kind, "Metrics, traces and logs.") { Default = Defaults.Telemetry };

    private static readonly Key<DisconnectPolicy> OnDisconnect = new("on_disconnect", Policies.OnDisconnect, "When a client leaves before its answer is complete: cancel (the provider's connection is closed) or drain (the answer is read to its end, at most a minute, because this provider bills all of it).") { Default = Defaults.OnDisconnect };

    private static readonly Key<bool> DropParams = new("drop_params", FlagKind.Instance, "A field that a provider cannot serve: false (the request is refused, 400) or true (it is left out, and named in the answer's x-gateway-dropped-params).") { Default = Defaults.DropParams };

    private static readonly Key<ErrorStatusPolicy> ErrorStatus = new("error_status", Policies.ErrorStatus, "The status of an answer whose provider failed: gateway (502, since a provider's 401 or 500 says nothing of the client's own key or request) or upstream (the provider's own, as behind LiteLLM).") { Default = Defaults.ErrorStatus };

    private static readonly Key<StoreFailurePolicy> OnStoreFailure = new("on_store_failure", Policies.OnStoreFailure, "While the store is away: lease (requests go on, their rows wait on this machine, and of limits shared with other gateways only what this one has is spent) or reject (503 until it is back).") { Default = Defaults.OnStoreFailure };

    private static readonly Key<BreakerConfig> Breaker = new("breaker", BreakerShape.Kind, "When a target that fails is left alone, and for how long (docs/routing.md).") { Default = Defaults.Breaker };

    private static readonly Key<RetryBudgetConfig> RetryBudget = new("retry_budget", RetryBudgetShape.Kind, "How much load further attempts may add to a target, so that an outage is not made worse.") { Default = Defaults.RetryBudget };

    private static readonly Key<PreCommitConfig> PreCommit = new("pre_commit", PreCommitShape.Kind, "Streams are held back at their beginning, so that one which breaks at once can be asked of another target; absent: they are not.");

    private static readonly Key<HedgeConfig> Hedge = new("hedge", HedgeShape.Kind, "A request that waits longer for its first byte than nearly all do is sent a second time, and the first answer wins; absent: it waits (docs/routing.md).");

    private static readonly Key<IdempotencyConfig> Idempotency = new("idempotency", IdempotencyShape.Kind, "Requests with an Idempotency-Key, which are made once (docs/idempotency.md).") { Default = Defaults.Idempotency };

    private static readonly Key<CacheConfig> Cache = new("cache", CacheShape.Kind, "Room for the answers of models with a cache (docs/cache.md).") { Default = Defaults.Cache };

    public static readonly RecordKind<GatewayConfig> Kind = new("gateway", [Server, Store, Ledger, Providers, Models, Aliases, Prompts, ProtectedLabels, Functions, Keys, Teams, Budgets, Unpriced, Keepalive, OnDisconnect, DropParams, ErrorStatus, OnStoreFailure, Breaker, RetryBudget, PreCommit, Hedge, Idempotency, Cache, Telemetry], Build)
    {
        NotYet = ["alerts"],
    };

    /// <summary>Binds in the order of the references: what is referred to stands before what refers to it.</summary>
    private static GatewayConfig Build(MappingReader m)
    {
        var config = new GatewayConfig
        {
            Server = m.Get(Server),
            Store = m.Get(Store),
            Ledger = m.Get(Ledger),
            Providers = GetNamed(m, Providers, m.Context.Providers),
            Models = GetNamed(m, Models, m.Context.Models),
            Aliases = m.Get(Aliases),
            Teams = GetNamed(m, Teams, m.Context.Teams),
            Prompts = GetNamed(m, Prompts, m.Context.Prompts),
            ProtectedLabels = m.Get(ProtectedLabels),
            Functions = GetNamed(m, Functions, m.Context.Functions),
            Keys = m.Get(Keys),
            Budgets = m.Get(Budgets),
            Unpriced = m.Get(Unpriced),
            Keepalive = m.Get(Keepalive),
            OnDisconnect = m.Get(OnDisconnect),
            DropParams = m.Get(DropParams),
            ErrorStatus = m.Get(ErrorStatus),
            OnStoreFailure = m.Get(OnStoreFailure),
            Breaker = m.Get(Breaker),
            RetryBudget = m.Get(RetryBudget),
            PreCommit = m.Get(PreCommit),
            Hedge = m.Get(Hedge),
            Idempotency = m.Get(Idempotency),
            Cache = m.Get(Cache),
            Telemetry = m.Get(Telemetry),
        };
        m.Context.CheckReferences();
        BudgetShape.RequireDifferentPeriods(m, Budgets, config.Budgets);
        return config;
    }

    private static IReadOnlyList<T> GetNamed<T>(MappingReader m, Key<IReadOnlyList<T>> key, NameRegistry names)
    {
        var items = m.Get(key);
        // A name that could not be read would make every reference to it look wrong too: one error is enough.
        names.IsIncomplete = m.Values[key.Index] is { } node && (node as YamlSequence)?.Items.Count != names.Declared;
        return items;
    }
}
