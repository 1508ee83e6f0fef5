using Gateway.Storage;
using Gateway.Storage.Sqlite;

namespace Gateway.Config;

/// <summary>gateway.yaml, bound. Immutable; docs/configuration.md and config/gateway.schema.json are checked against these records.</summary>
public sealed record GatewayConfig
{
    public ServerConfig Server { get; init; } = new();

    /// <summary>Where the ledger is kept. Its text masks a password.</summary>
    public StoreAddress Store { get; init; } = new SqliteAddress("data/gateway.db");

    public LedgerConfig Ledger { get; init; } = new();

    public IReadOnlyList<ProviderConfig> Providers { get; init; } = [];

    public IReadOnlyList<ModelConfig> Models { get; init; } = [];

    /// <summary>Other names of models; a name may end in <c>*</c>. The value is the name of a model: aliases of aliases are resolved.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<PromptConfig> Prompts { get; init; } = [];

    /// <summary>Labels of the store's prompts that only admins move.</summary>
    public IReadOnlyList<string> ProtectedLabels { get; init; } = [PromptConfig.Production];

    public IReadOnlyList<FunctionConfig> Functions { get; init; } = [];

    public IReadOnlyList<KeyConfig> Keys { get; init; } = [];

    public IReadOnlyList<TeamConfig> Teams { get; init; } = [];

    /// <summary>The whole gateway's budgets.</summary>
    public IReadOnlyList<BudgetConfig> Budgets { get; init; } = [];

    /// <summary>What happens to a model without a price when a finite budget applies.</summary>
    public UnpricedPolicy Unpriced { get; init; } = UnpricedPolicy.Reject;

    /// <summary>A comment line is sent on a stream that has not had its first token for so long, and again after as long; zero: never.</summary>
    /// <remarks>15 s: load balancers cut silent connections after 60 s (ALB, nginx), some after 20 s.</remarks>
    public TimeSpan Keepalive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What becomes of an attempt whose client leaves.</summary>
    public DisconnectPolicy OnDisconnect { get; init; } = DisconnectPolicy.Cancel;

    /// <summary>Fields that a provider cannot serve are left out and named in a header; else the request is refused.</summary>
    public bool DropParams { get; init; }

    /// <summary>Which status an answer has whose provider failed.</summary>
    public ErrorStatusPolicy ErrorStatus { get; init; }

    /// <summary>What becomes of requests while the store is away.</summary>
    public StoreFailurePolicy OnStoreFailure { get; init; } = StoreFailurePolicy.Lease;

    public BreakerConfig Breaker { get; init; } = new();

    public RetryBudgetConfig RetryBudget { get; init; } = new();

    /// <summary>Null: streams are not held back.</summary>
    public PreCommitConfig? PreCommit { get; init; }

    /// <summary>Null: a request is sent once at a time.</summary>
    public HedgeConfig? Hedge { get; init; }

    /// <summary>What becomes of requests with an Idempotency-Key.</summary>
    public IdempotencyConfig Idempotency { get; init; } = new();

    /// <summary>How much room the answers have that are given again.</summary>
    public CacheConfig Cache { get; init; } = new();

    public TelemetryConfig Telemetry { get; init; } = new();
}

/// <summary>The status of an answer whose provider failed.</summary>
public enum ErrorStatusPolicy
{
    /// <summary>502 or 504: whether the gateway's credential or the provider's server is to blame is no business of the client's.</summary>
    Gateway,
    /// <summary>The provider's own.</summary>
    Upstream,
}

public enum StoreFailurePolicy
{
    /// <summary>Requests go on: their rows wait in the journal, and where limits are shared this gateway spends what it has of them, and nothing more.</summary>
    Lease,

    /// <summary>Requests are refused until the store works again.</summary>
    Reject,
}

public sealed record CacheConfig
{
    /// <summary>Bytes of answers that this process has at hand.</summary>
    /// <remarks>64 MiB: some 20,000 chat answers of 3 KiB; a gateway whose models have no cache takes nothing of it.</remarks>
    public long Memory { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of answers in the store, where they outlive the process and other gateways find them; zero: none are there.</summary>
    /// <remarks>None unless somebody says so: what models said is then on disk, and in backups.</remarks>
    public long Store { get; init; }
}

public sealed record IdempotencyConfig
{
    /// <summary>How long an answer is kept, to be given again to a request with the same Idempotency-Key; zero: the header is ignored.</summary>
    /// <remarks>24 h: what Stripe and others made usual; a job that is retried the next morning still finds it.</remarks>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(24);
}

public enum DisconnectPolicy
{
    /// <summary>The upstream's connection is closed: providers that notice stop working, and billing.</summary>
    Cancel,

    /// <summary>The answer is read to its end, for a bounded time: for providers that bill all of it anyway, so that the ledger knows how much that is.</summary>
    Drain,
}

public enum UnpricedPolicy { Reject, Allow }
