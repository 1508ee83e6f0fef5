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

    /// <summary>What becomes of requests while the store is away.</summary>
    public StoreFailurePolicy OnStoreFailure { get; init; } = StoreFailurePolicy.Lease;

    /// <summary>What becomes of requests with an Idempotency-Key.</summary>
    public IdempotencyConfig Idempotency { get; init; } = new();

    public TelemetryConfig Telemetry { get; init; } = new();
}

public sealed record ServerConfig
{
    public string Urls { get; init; } = "http://127.0.0.1:4000";

    /// <summary>Opens /admin/v1; absent: it is not mapped at all. At least 32 characters.</summary>
    public Secret? AdminKey { get; init; }

    /// <summary>Requests a second that one admin credential may make, twice as many at once.</summary>
    /// <remarks>50: a console with a dozen panels asks ten a second; a script in a loop must not keep the store from the ledger's rows.</remarks>
    public int AdminRps { get; init; } = 50;

    /// <summary>Bytes a request body may have.</summary>
    /// <remarks>32 MiB: coding agents and images send megabytes.</remarks>
    public long MaxBody { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long running requests may finish on SIGTERM.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between readiness turning 503 and the listener closing, so that load balancers stop sending first.</summary>
    public TimeSpan PreStopDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How long a client may leave an answer unread before its connection is cut.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

public enum LedgerSync { Interval, Always }

/// <summary>What a power loss may cost. A killed process costs nothing in either mode.</summary>
/// <param name="Sync">Whether a response waits for the disk.</param>
/// <param name="Interval">How often rows reach the disk where it does not.</param>
public sealed record LedgerConfig(LedgerSync Sync, TimeSpan Interval)
{
    public LedgerConfig() : this(LedgerSync.Interval, TimeSpan.FromSeconds(1))
    {
    }

    /// <summary>What an attempt costs that was under way when the process died.</summary>
    public InDoubtPolicy InDoubt { get; init; }

    /// <summary>The directory of the journal; null: where the store's kind has it by default.</summary>
    public string? Journal { get; init; }
}

public enum StoreFailurePolicy
{
    /// <summary>Requests go on: their rows wait in the journal, and where limits are shared this gateway spends what it has of them, and nothing more.</summary>
    Lease,

    /// <summary>Requests are refused until the store works again.</summary>
    Reject,
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

public enum InDoubtPolicy
{
    /// <summary>All that was held for it: never less than the provider will bill.</summary>
    Charge,

    /// <summary>Nothing.</summary>
    Release,
}

public sealed record ProviderConfig
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>The provider's key.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>What stands before the API's own path; the kind's own address where absent.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Sent with every request to this provider.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>OpenAI only.</summary>
    public string? Organization { get; init; }

    /// <summary>OpenAI only.</summary>
    public string? Project { get; init; }

    public TimeoutConfig Timeout { get; init; } = new();

    /// <summary>Demo only: the time between two pieces of a stream.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Null: the model's, or the root's.</summary>
    public DisconnectPolicy? OnDisconnect { get; init; }
}

public sealed record TimeoutConfig
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request sent to the first byte of the answer's body.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer may be silent between two bytes.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}

public enum Strategy { Weighted, Ordered }

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

    public UnpricedPolicy? Unpriced { get; init; }

    public TimeSpan? Keepalive { get; init; }

    public DisconnectPolicy? OnDisconnect { get; init; }

    /// <summary>Null: the root's.</summary>
    public StoreFailurePolicy? OnStoreFailure { get; init; }
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

    public decimal? Reasoning { get; init; }
}

public enum UnpricedPolicy { Reject, Allow }

public sealed record KeyConfig
{
    public required string Name { get; init; }

    /// <summary>The file gives the key, or this (LiteLLM's stored form too).</summary>
    public required KeyHash Hash { get; init; }

    public string? Team { get; init; }

    /// <summary>Models the key may use, <c>*</c> as a wildcard; empty or absent: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<BudgetConfig> Budgets { get; init; } = [];

    public LimitsConfig Limits { get; init; } = new();

    /// <summary>The last day (UTC) or instant the key is valid.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Refused until it is unblocked over the admin API; keys of the file never are.</summary>
    public bool Blocked { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

public sealed record TeamConfig
{
    public required string Name { get; init; }

    public IReadOnlyList<BudgetConfig> Budgets { get; init; } = [];

    public LimitsConfig Limits { get; init; } = new();
}

public enum BudgetPeriod { Minute, Hour, Day, Week, Month, Total }

public sealed record BudgetConfig
{
    public const string DefaultTimezone = "UTC";

    /// <summary>US dollars.</summary>
    public required decimal Limit { get; init; }

    /// <summary>How much of the limit was added over the admin API and ends by itself; US dollars.</summary>
    public decimal Raised { get; init; }

    public required BudgetPeriod Period { get; init; }

    /// <summary>IANA zone in which calendar periods begin; weeks begin on Monday.</summary>
    public string Timezone { get; init; } = DefaultTimezone;

    /// <summary>Counts back from now instead of from where a period of the calendar began.</summary>
    public bool Rolling { get; init; }
}

/// <summary>Null: no limit.</summary>
public sealed record LimitsConfig
{
    /// <summary>Requests a minute.</summary>
    public long? Rpm { get; init; }

    /// <summary>Tokens a minute, input and output.</summary>
    public long? Tpm { get; init; }

    /// <summary>Requests at the same time.</summary>
    public int? Concurrency { get; init; }
}

public enum LogFormat { Json, Text }

public sealed record TelemetryConfig
{
    public MetricsConfig Metrics { get; init; } = new();

    /// <summary>OTLP endpoint (gRPC) for traces and metrics; absent: off.</summary>
    public Uri? Otlp { get; init; }

    public LogFormat Logs { get; init; } = LogFormat.Json;

    /// <summary>No budget with a window looks back further than 31 days.</summary>
    public static readonly TimeSpan ShortestRetention = TimeSpan.FromDays(32);

    /// <summary>How long the ledger keeps rows before they are added up by day; null: for ever.</summary>
    public TimeSpan? Retention { get; init; }
}

public sealed record MetricsConfig
{
    public string Path { get; init; } = "/metrics";
}
