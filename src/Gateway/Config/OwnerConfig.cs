namespace Gateway.Config;

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
    /// <summary>Also that of a key without a team.</summary>
    public const int DefaultWeight = 1;

    public required string Name { get; init; }

    public IReadOnlyList<BudgetConfig> Budgets { get; init; } = [];

    public LimitsConfig Limits { get; init; } = new();

    /// <summary>Its share of the turns while requests of several owners wait.</summary>
    public int Weight { get; init; } = DefaultWeight;
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
