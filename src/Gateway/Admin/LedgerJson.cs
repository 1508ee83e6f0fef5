using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Admin;

/// <summary>The ledger's rows and sums as JSON, with the names of the public contract (docs/ledger.md).</summary>
internal static class LedgerJson
{
    public static void Write(Utf8JsonWriter json, LedgerPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var row in page.Rows)
            Write(json, row);
        json.WriteEndArray();
        json.WriteString("next"u8, page.Next);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<UsageSum> sums, IReadOnlyList<UsageDimension> groupBy)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var sum in sums)
            Write(json, sum, groupBy);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, UsageSum sum, IReadOnlyList<UsageDimension> groupBy)
    {
        json.WriteStartObject();
        for (var i = 0; i < groupBy.Count; i++)
            Write(json, groupBy[i], sum.Group[i]);
        json.WriteNumber("requests"u8, sum.Requests);
        Write(json, sum.Usage);
        json.WriteNumber("cost_nano_usd"u8, sum.Cost.Value);
        json.WriteNumber("cache_hits"u8, sum.CacheHits);
        json.WriteNumber("saved_nano_usd"u8, sum.Saved.Value);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteStartObject();
        json.WriteString("attempt_id"u8, row.AttemptId);
        json.WriteString("request_id"u8, row.RequestId);
        json.WriteString("at"u8, EntityJson.Instant(row.At));
        json.WriteString("key"u8, row.Key);
        json.WriteString("team"u8, row.Team);
        json.WriteString("endpoint"u8, row.Endpoint);
        json.WriteString("model"u8, row.Model);
        json.WriteString("provider"u8, row.Provider);
        json.WriteString("target_model"u8, row.TargetModel);
        json.WriteBoolean("stream"u8, row.Stream);
        json.WriteNumber("status"u8, row.Status);
        Write(json, row.Usage);
        json.WriteString("usage_source"u8, Name(row.UsageSource));
        json.WriteNumber("cost_nano_usd"u8, row.Cost.Value);
        json.WriteString("cache"u8, row.Saved is null ? null : "hit");
        json.WriteNumber("saved_nano_usd"u8, row.Saved?.Value ?? 0);
        json.WriteString("price_version"u8, row.PriceVersion);
        json.WriteNumber("config_generation"u8, row.ConfigGeneration);
        json.WriteNumber("duration_ms"u8, row.DurationMs);
        if (row.TtftMs is { } ttft)
            json.WriteNumber("ttft_ms"u8, ttft);
        else
            json.WriteNull("ttft_ms"u8);
        json.WritePropertyName("tags"u8);
        Write(json, row.Tags);
        json.WriteString("user"u8, row.User);
        json.WriteString("function"u8, row.Function);
        json.WriteString("prompt_version"u8, row.PromptVersion);
        json.WriteString("instance"u8, row.Instance);
        json.WritePropertyName("explain"u8);
        if (row.Explain is { } explain)
            json.WriteRawValue(explain);
        else
            json.WriteNullValue();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<string> tags)
    {
        json.WriteStartArray();
        foreach (var tag in tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, UsageDimension dimension, string? value)
    {
        var name = QueryParameters.NameOf(dimension);
        if (dimension == UsageDimension.Status && value is not null)
            json.WriteNumber(name, int.Parse(value, CultureInfo.InvariantCulture));
        else
            json.WriteString(name, value);
    }

    /// <summary>The five classes of the contract always, the rarer ones where they are not 0. The classes are disjoint, as in <see cref="TokenUsage"/>.</summary>
    private static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input"u8, usage.Input);
        json.WriteNumber("cache_read"u8, usage.CacheRead);
        json.WriteNumber("cache_write"u8, usage.CacheWrite);
        json.WriteNumber("output"u8, usage.Output);
        json.WriteNumber("reasoning"u8, usage.Reasoning);
        WriteUnlessZero(json, "cache_write_hour"u8, usage.CacheWriteHour);
        WriteUnlessZero(json, "input_audio"u8, usage.InputAudio);
        WriteUnlessZero(json, "input_image"u8, usage.InputImage);
        WriteUnlessZero(json, "output_audio"u8, usage.OutputAudio);
        WriteUnlessZero(json, "output_image"u8, usage.OutputImage);
        WriteUnlessZero(json, "calls"u8, usage.Calls);
        json.WriteEndObject();
    }

    private static void WriteUnlessZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
            json.WriteNumber(name, value);
    }

    public static string Name(UsageSource source) => source switch
    {
        UsageSource.Exact => "exact",
        UsageSource.Partial => "partial",
        UsageSource.Estimated => "estimated",
        UsageSource.InDoubt => "in_doubt",
        _ => throw new UnreachableException($"undescribed usage source {source}"),
    };
}
