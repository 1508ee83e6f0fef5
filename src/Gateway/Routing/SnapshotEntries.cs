using Gateway.Admission;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Routing.Health;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>A virtual key as requests see it. Names are interned over all generations (<see cref="NamePool"/>).</summary>
internal sealed record KeyEntry
{
    public required string Name { get; init; }

    public string? Team { get; init; }

    /// <summary>Its team's share of the turns while requests wait.</summary>
    public int Weight { get; init; } = TeamConfig.DefaultWeight;

    /// <summary>Null: every model.</summary>
    public required ModelAllowList? Models { get; init; }

    public required KeyConfig Config { get; init; }

    public DateTimeOffset? Expires => Config.Expires;

    /// <summary>Refused, and told so.</summary>
    public bool Blocked => Config.Blocked;

    public IReadOnlyList<BudgetConfig> Budgets => Config.Budgets;

    public LimitsConfig Limits => Config.Limits;

    /// <summary>The counters its requests go through; filled by <see cref="AdmissionBook.Configure"/> before the snapshot is published.</summary>
    public KeyScopes? Scopes { get; set; }
}

/// <summary>A provider of the configuration, resolved.</summary>
internal sealed record ProviderEntry
{
    public required string Name { get; init; }

    public required ProviderManifest Manifest { get; init; }

    public required ProviderConfig Config { get; init; }

    /// <summary>It answered in full without saying what it used: its answers are counted as they pass. Learned, by every process for itself.</summary>
    public bool HidesUsage { get; set; }

    /// <summary>Null for a model in our own process.</summary>
    public required UpstreamConnection? Connection { get; init; }
}

/// <summary>One place a model's requests can go.</summary>
internal sealed record Target
{
    public required ProviderEntry Provider { get; init; }

    /// <summary>The provider's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary><see cref="Model"/> as a JSON string.</summary>
    public required byte[] ModelJson { get; init; }

    /// <summary><c>provider/model</c>: the response header <c>x-gateway-target</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The metrics' name of the model: of a closed set, <c>other</c> where the client made it up.</summary>
    public required string Label { get; init; }

    public int Weight { get; init; } = 1;

    /// <summary>Null: unpriced.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>The most tokens of one answer; null where the catalogue does not know the model.</summary>
    public long? MaxOutput { get; init; }

    public required LimitsConfig Limits { get; init; }

    public DisconnectPolicy OnDisconnect { get; init; }

    public bool DropParams { get; init; }

    /// <summary>The most tokens the model reads; null where the catalogue does not know it.</summary>
    public long? ContextWindow { get; init; }

    /// <summary>Null: it is for every request.</summary>
    public TargetCondition? When { get; init; }

    public TargetAbilities Abilities { get; init; }

    /// <summary>From 0 to 1, as the operator rates it; null: not rated.</summary>
    public double? Quality { get; init; }

    /// <summary>Which status an answer has whose provider failed.</summary>
    public ErrorStatusPolicy ErrorStatus { get; init; }

    /// <summary>Shared by all that go to the same provider's model.</summary>
    public required TargetHealth Health { get; init; }

    /// <summary>Its place in the order of a session's targets: the same in every process.</summary>
    public ulong Affinity { get; init; }

    /// <summary>The counters of <see cref="Limits"/>; filled by <see cref="AdmissionBook.Configure"/> before the snapshot is published, null where there are none.</summary>
    /// <remarks>A copy made with another <see cref="Model"/> (wildcards) shares them.</remarks>
    public ScopeState? Scope { get; set; }
}

/// <summary>What a client can ask for.</summary>
internal sealed record ModelEntry
{
    public required string Name { get; init; }

    /// <summary>The metrics' name of the model: of a closed set, <c>other</c> where the client made it up.</summary>
    public required string Label { get; init; }

    public string? Description { get; init; }

    public required Strategy Strategy { get; init; }

    public required IReadOnlyList<Target> Targets { get; init; }

    public required IReadOnlyList<OperatorField> Fields { get; init; }

    public required UnpricedPolicy Unpriced { get; init; }

    /// <summary>Null: no answer is given again.</summary>
    public CachePolicy? Cache { get; init; }

    public StoreFailurePolicy OnStoreFailure { get; init; }

    /// <summary>Zero: no comment lines.</summary>
    public required TimeSpan Keepalive { get; init; }

    /// <summary>Null: streams are passed on from their first event.</summary>
    public PreCommitConfig? PreCommit { get; init; }

    /// <summary>Null: a request is sent once at a time.</summary>
    public HedgeConfig? Hedge { get; init; }

    public Stickiness Sticky { get; init; }

    public RouteConstraints Constraints { get; init; }

    public RetryConfig Retries { get; init; } = new();

    /// <summary>What is asked in its place: names, looked up when they are needed.</summary>
    public Fallbacks Fallbacks { get; init; } = Fallbacks.None;
}
