using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Core.Stores;

/// <summary>One upstream attempt, settled. Append-only: a row is never changed, and <see cref="AttemptId"/> makes writing it twice harmless.</summary>
public sealed record LedgerRow
{
    public required string AttemptId { get; init; }

    public required string RequestId { get; init; }

    /// <summary>When the attempt was admitted: it is charged to the budget window this instant lies in.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The virtual key's name, never the key.</summary>
    public required string Key { get; init; }

    public string? Team { get; init; }

    /// <summary>The route, <c>/v1/chat/completions</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model the client asked for, aliases resolved.</summary>
    public required string Model { get; init; }

    public required string Provider { get; init; }

    /// <summary>The provider's name of the model that served.</summary>
    public required string TargetModel { get; init; }

    public bool Stream { get; init; }

    /// <summary>HTTP status of the attempt: the upstream's, 499 where the client left, 502/504 where the upstream failed.</summary>
    public required int Status { get; init; }

    public TokenUsage Usage { get; init; }

    public required UsageSource UsageSource { get; init; }

    public NanoUsd Cost { get; init; }

    /// <summary>What the answer did cost when it was made, where it came out of the cache: nobody was asked, and <see cref="Usage"/> is that of the answer. Null where an attempt was made.</summary>
    public NanoUsd? Saved { get; init; }

    /// <summary>Which price list the cost was computed with; null where the model has no price.</summary>
    public string? PriceVersion { get; init; }

    public long ConfigGeneration { get; init; }

    public double DurationMs { get; init; }

    /// <summary>Milliseconds to the first byte of the answer's body; null when there was none.</summary>
    public double? TtftMs { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the application sent as <c>x-gateway-user</c>, or the body's <c>user</c>.</summary>
    public string? User { get; init; }

    public string? Function { get; init; }

    public string? PromptVersion { get; init; }

    /// <summary>The provider's own usage object as it came, so that the row can be priced again; null where there was none.</summary>
    public string? RawUsage { get; init; }

    /// <summary>How the request was routed, as JSON, where it asked for that (<c>x-gateway-explain</c>); null elsewhere.</summary>
    public string? Explain { get; init; }

    /// <summary>The gateway that made the attempt, by the name of its journal; null in rows from before that was noted.</summary>
    public string? Instance { get; init; }
}
