using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core.Stores;

namespace Gateway.Storage.Sqlite;

/// <summary>The ledger's columns in the order in which rows are written and read, and how values become integers.</summary>
internal static class LedgerColumns
{
    public const string All =
        "attempt_id, request_id, at, key, team, endpoint, model, provider, target_model, stream, status, "
        + "input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, tier, "
        + "usage_source, cost_nano_usd, price_version, config_generation, duration_us, ttft_us, tags, user, function, prompt_version, raw_usage";

    public const int Count = 34;

    /// <summary>One <c>?</c> for each column.</summary>
    public static readonly string Parameters = string.Join(',', Enumerable.Repeat('?', Count));

    public static long ToMicros(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static long ToMicros(double milliseconds) => (long)Math.Round(milliseconds * 1000);

    public static double ToMilliseconds(long micros) => micros / 1000.0;

    /// <summary>The column of a dimension. A closed set: nothing of a request ever becomes a name in a statement.</summary>
    public static string Of(UsageDimension dimension) => dimension switch
    {
        UsageDimension.Key => "key",
        UsageDimension.Team => "team",
        UsageDimension.Model => "model",
        UsageDimension.Provider => "provider",
        UsageDimension.TargetModel => "target_model",
        UsageDimension.Endpoint => "endpoint",
        UsageDimension.Status => "status",
        // The number of the day, hour or minute, floored also before 1970; formatted after the sums are made.
        UsageDimension.Day => "(at - ((at % 86400000000) + 86400000000) % 86400000000) / 86400000000",
        UsageDimension.Hour => "(at - ((at % 3600000000) + 3600000000) % 3600000000) / 3600000000",
        UsageDimension.Minute => "(at - ((at % 60000000) + 60000000) % 60000000) / 60000000",
        UsageDimension.User => "user",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "undescribed dimension"),
    };
}

/// <summary>How tags stand in their column.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.General)]
internal sealed partial class TagsJson : JsonSerializerContext;
