namespace Gateway.Config;

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
