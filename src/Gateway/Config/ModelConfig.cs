namespace Gateway.Config;

public enum Strategy { Weighted, Ordered, LeastBusy, LeastUsed, LowestLatency, LowestCost }

/// <summary>What requests stay together by.</summary>
public enum Stickiness { Off, Session, User }

/// <summary>Who may get an answer that somebody was given before.</summary>
public enum CacheShare
{
    /// <summary>The same virtual key.</summary>
    Key,

    /// <summary>The keys of a team; of a key without one, that key.</summary>
    Team,

    /// <summary>Every key that may use the model.</summary>
    Gateway,
}

/// <summary>Answers of a model that are given again to the same request.</summary>
public sealed record ModelCacheConfig
{
    /// <summary>How long an answer is given again.</summary>
    public required TimeSpan Ttl { get; init; }

    public CacheShare Share { get; init; } = CacheShare.Key;

    /// <summary>Bytes of the longest answer that is kept.</summary>
    /// <remarks>1 MiB: any JSON answer but large embeddings, and streams of about 4,000 events.</remarks>
    public long MaxSize { get; init; } = 1024 * 1024;

    /// <summary>Null: only the same request gets the same answer.</summary>
    public SemanticCacheConfig? Semantic { get; init; }
}

/// <summary>Answers that are given to requests which mean the same.</summary>
public sealed record SemanticCacheConfig
{
    /// <summary>The model, of this gateway, that says how near two texts are.</summary>
    public required string EmbeddingModel { get; init; }

    /// <summary>The least cosine similarity of two texts that get one answer.</summary>
    public double Threshold { get; init; } = 0.95;

    /// <summary>Nothing is answered; what would have been is counted.</summary>
    public bool Shadow { get; init; }

    /// <summary>Texts of the model that are compared with.</summary>
    public int MaxEntries { get; init; } = 1000;
}

public sealed record ModelConfig
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public Strategy Strategy { get; init; } = Strategy.Weighted;

    public required IReadOnlyList<TargetConfig> Targets { get; init; }

    /// <summary>Request fields used where the client sent none, as JSON values.</summary>
    public IReadOnlyDictionary<string, JsonText> Params { get; init; } = new Dictionary<string, JsonText>();

    /// <summary>Request fields that win over the client's, as JSON values.</summary>
    public IReadOnlyDictionary<string, JsonText> Override { get; init; } = new Dictionary<string, JsonText>();

    /// <summary>Price of every target that has none of its own.</summary>
    public PriceConfig? Price { get; init; }

    /// <summary>Null: every request is made.</summary>
    public ModelCacheConfig? Cache { get; init; }

    public UnpricedPolicy? Unpriced { get; init; }

    public TimeSpan? Keepalive { get; init; }

    public DisconnectPolicy? OnDisconnect { get; init; }

    /// <summary>Null: the root's.</summary>
    public bool? DropParams { get; init; }

    /// <summary>Null: the root's.</summary>
    public ErrorStatusPolicy? ErrorStatus { get; init; }

    public StoreFailurePolicy? OnStoreFailure { get; init; }

    /// <summary>Null: the root's.</summary>
    public PreCommitConfig? PreCommit { get; init; }

    /// <summary>Null: the root's.</summary>
    public HedgeConfig? Hedge { get; init; }

    public Stickiness Sticky { get; init; } = Stickiness.Off;

    /// <summary>US dollars that an attempt may cost at most; null: any.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>How long the first byte may take at a target that is asked, as measured of late; null: any.</summary>
    public TimeSpan? MaxLatency { get; init; }

    /// <summary>Targets rated lower, or not at all, are not asked; null: any.</summary>
    public double? MinQuality { get; init; }

    public RetryConfig Retries { get; init; } = new();

    /// <summary>Models to ask when this one cannot be served, in this order.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary>Models to ask when the prompt is too long for this one.</summary>
    public IReadOnlyList<string> ContextFallbacks { get; init; } = [];

    /// <summary>Models to ask when the provider's filter refuses the prompt.</summary>
    public IReadOnlyList<string> ContentPolicyFallbacks { get; init; } = [];
}

/// <summary>How often a model's targets are tried again after all of them were, by how the attempt failed.</summary>
public sealed record RetryConfig
{
    /// <summary>What no longer list has.</summary>
    public const int Most = 10;

    /// <summary>Where none of the others says something else.</summary>
    public int Default { get; init; }

    public int? RateLimited { get; init; }

    public int? Timeout { get; init; }

    public int? ServerError { get; init; }

    public int? ConnectError { get; init; }

    /// <summary>The answer ended before its first event.</summary>
    public int? Interrupted { get; init; }
}

/// <summary>One JSON value, compact, as bytes ready to be written.</summary>
public sealed record JsonText(ReadOnlyMemory<byte> Utf8);

public sealed record TargetConfig
{
    public required string Provider { get; init; }

    /// <summary>The provider's name of the model. In a wildcard model (<c>gpt-*</c>) a <c>*</c> here stands for what the wildcard matched.</summary>
    public required string Model { get; init; }

    public int Weight { get; init; } = 1;

    public PriceConfig? Price { get; init; }

    /// <summary>Null: every request.</summary>
    public ConditionConfig? When { get; init; }

    public CapabilitiesConfig? Capabilities { get; init; }

    /// <summary>From 0 to 1, by the operator's judgement; null: not rated.</summary>
    public double? Quality { get; init; }

    public long? Rpm { get; init; }

    public long? Tpm { get; init; }

    public int? Concurrency { get; init; }
}

/// <summary>US dollars per million tokens; a class without a rate of its own takes the plain input or output rate.</summary>
public sealed record PriceConfig
{
    public required decimal Input { get; init; }

    public required decimal Output { get; init; }

    public decimal? CacheRead { get; init; }

    public decimal? CacheWrite { get; init; }

    /// <summary>Null: <see cref="CacheWrite"/>.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>US dollars for one call, not for a million.</summary>
    public decimal? Call { get; init; }

    public decimal? Reasoning { get; init; }
}
