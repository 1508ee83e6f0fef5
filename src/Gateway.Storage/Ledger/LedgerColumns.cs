using System.Globalization;
using Gateway.Core.Stores;

namespace Gateway.Storage.Ledger;

/// <summary>The ledger's columns in the order in which rows are written (<see cref="LedgerValues"/>) and read (<see cref="LedgerReader"/>), and how values become integers.</summary>
internal static class LedgerColumns
{
    // In every dialect the same names. "user" is a reserved word of PostgreSQL, and quoted in both.
    public const string All =
        "attempt_id, request_id, at, key, team, endpoint, model, provider, target_model, stream, status, "
        + "input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, tier, "
        + "usage_source, cost_nano_usd, price_version, config_generation, duration_us, ttft_us, tags, \"user\", function, prompt_version, raw_usage, instance, saved_nano_usd, explain";

    public const int Count = 37;

    /// <summary>One <c>?</c> for each column.</summary>
    public static readonly string Marks = string.Join(',', Enumerable.Repeat('?', Count));

    /// <summary><c>$1</c>, <c>$2</c> … for each column.</summary>
    public static readonly string NumberedMarks = string.Join(',', Enumerable.Range(1, Count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"${i}")));

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
        UsageDimension.User => "\"user\"",
        UsageDimension.Instance => "instance",
        UsageDimension.Tag => "tag",
        UsageDimension.Function => "function",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "undescribed dimension"),
    };
}
