using System.Diagnostics;

namespace Gateway.Telemetry.Metrics;

/// <summary>The values of the labels <c>outcome</c>, <c>reason</c> and <c>result</c>.</summary>
internal static class OutcomeNames
{
    public static string Label(this AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Success => "success",
        AttemptOutcome.ClientError => "client_error",
        AttemptOutcome.RateLimited => "rate_limited",
        AttemptOutcome.ServerError => "server_error",
        AttemptOutcome.ConnectError => "connect_error",
        AttemptOutcome.Timeout => "timeout",
        AttemptOutcome.Interrupted => "interrupted",
        AttemptOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException($"unnamed outcome {outcome}"),
    };

    public static string Label(this HedgeResult result) => result switch
    {
        HedgeResult.Won => "won",
        HedgeResult.Lost => "lost",
        _ => "failed",
    };

    public static string Label(this ShadowResult result) => result switch
    {
        ShadowResult.Hit => "hit",
        ShadowResult.Miss => "miss",
        _ => "skipped",
    };

    public static string Label(this CacheResult result) => result switch
    {
        CacheResult.Hit => "hit",
        CacheResult.StoreHit => "store_hit",
        CacheResult.SemanticHit => "semantic_hit",
        CacheResult.Joined => "joined",
        CacheResult.Miss => "miss",
        CacheResult.Bypass => "bypass",
        _ => throw new UnreachableException($"unnamed result {result}"),
    };

    public static string Label(this IdempotencyResult result) => result switch
    {
        IdempotencyResult.Claimed => "claimed",
        IdempotencyResult.Replayed => "replayed",
        IdempotencyResult.InProgress => "in_progress",
        IdempotencyResult.Reused => "reused",
        IdempotencyResult.Unknown => "unknown",
        IdempotencyResult.NotKept => "not_kept",
        IdempotencyResult.Released => "released",
        _ => throw new UnreachableException($"unnamed result {result}"),
    };
}
