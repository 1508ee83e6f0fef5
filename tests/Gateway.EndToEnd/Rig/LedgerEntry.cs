using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>A row of the ledger as the admin API shows it (contract §4).</summary>
public sealed record LedgerEntry
{
    public required string AttemptId { get; init; }

    public required string RequestId { get; init; }

    public required string Key { get; init; }

    public required string? Team { get; init; }

    public required string Endpoint { get; init; }

    public required string Model { get; init; }

    public required string Provider { get; init; }

    public required string TargetModel { get; init; }

    public required bool Stream { get; init; }

    public required int Status { get; init; }

    public required long Input { get; init; }

    public required long CacheRead { get; init; }

    public required long Output { get; init; }

    public required string UsageSource { get; init; }

    public required long CostNanoUsd { get; init; }

    /// <summary>It came out of the cache, and saved so much; null: an attempt was made.</summary>
    public long? SavedNanoUsd { get; init; }

    public required string? PriceVersion { get; init; }

    public required string? User { get; init; }

    public required string? Function { get; init; }

    public required string? PromptVersion { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public static LedgerEntry Parse(JsonElement row)
    {
        var usage = row.GetProperty("usage");
        return new()
        {
            AttemptId = row.GetProperty("attempt_id").GetString()!,
            RequestId = row.GetProperty("request_id").GetString()!,
            Key = row.GetProperty("key").GetString()!,
            Team = Optional(row, "team"),
            Endpoint = row.GetProperty("endpoint").GetString()!,
            Model = row.GetProperty("model").GetString()!,
            Provider = row.GetProperty("provider").GetString()!,
            TargetModel = row.GetProperty("target_model").GetString()!,
            Stream = row.GetProperty("stream").GetBoolean(),
            Status = row.GetProperty("status").GetInt32(),
            Input = usage.GetProperty("input").GetInt64(),
            CacheRead = usage.GetProperty("cache_read").GetInt64(),
            Output = usage.GetProperty("output").GetInt64(),
            UsageSource = row.GetProperty("usage_source").GetString()!,
            CostNanoUsd = row.GetProperty("cost_nano_usd").GetInt64(),
            SavedNanoUsd = Optional(row, "cache") == "hit" ? row.GetProperty("saved_nano_usd").GetInt64() : null,
            PriceVersion = Optional(row, "price_version"),
            User = Optional(row, "user"),
            Function = Optional(row, "function"),
            PromptVersion = Optional(row, "prompt_version"),
            Tags = row.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array ? [.. tags.EnumerateArray().Select(static t => t.GetString()!)] : [],
        };
    }

    private static string? Optional(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
