using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Tests.Metering;

/// <summary>Rows to test with.</summary>
internal static class LedgerRows
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 8, 30, 0, TimeSpan.Zero);

    /// <summary>A usual row; rows of different numbers differ in id, instant, tokens and cost.</summary>
    public static LedgerRow Row(int number, string prefix = "a") => new()
    {
        AttemptId = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}"),
        RequestId = string.Create(CultureInfo.InvariantCulture, $"req-{prefix}-{number}"),
        At = Start.AddMilliseconds(number),
        Key = "web-app",
        Team = "growth",
        Endpoint = "/v1/chat/completions",
        Model = "fast",
        Provider = "openai",
        TargetModel = "gpt-4o-mini",
        Status = 200,
        UsageSource = UsageSource.Exact,
        Usage = new() { Input = number, Output = 2 * number },
        Cost = new(37 * (long)number),
        PriceVersion = "2026-11-20",
        ConfigGeneration = 1,
        DurationMs = 812.5,
        TtftMs = 211.25,
        User = "u-17",
        RawUsage = """{"prompt_tokens":11,"completion_tokens":22,"total_tokens":33,"prompt_tokens_details":{"cached_tokens":0}}""",
    };

    public static LedgerRow[] Many(int count, string prefix = "a") => [.. Enumerable.Range(0, count).Select(i => Row(i, prefix))];

    /// <summary>Every member has a value of its own, and one that is easy to lose on the way.</summary>
    public static LedgerRow Full() => new()
    {
        AttemptId = "01JD-ÄÖ✓-1",
        RequestId = "req 'quoted' \"twice\"; DROP TABLE ledger;--",
        At = Start.AddTicks(12_345_670),
        Key = "kéy\0with nul",
        Team = "équipe",
        Endpoint = "/v1/embeddings",
        Model = "模型",
        Provider = "open\nai",
        TargetModel = "gpt-%_-\u2028",
        Stream = true,
        Status = 499,
        Usage = new()
        {
            Input = 1,
            CacheRead = 64,
            CacheWrite = 8_192,
            CacheWriteHour = 1_048_576,
            InputAudio = 5,
            InputImage = 6,
            Output = long.MaxValue / 4,
            Reasoning = 8,
            OutputAudio = 9,
            OutputImage = 10,
            Calls = 11,
            Tier = ServiceTier.Batch,
        },
        UsageSource = UsageSource.InDoubt,
        Cost = new(9_000_000_000_000_000_001),
        Saved = new(8_000_000_000_000_000_001),
        PriceVersion = "",
        ConfigGeneration = 4_000_000_000,
        DurationMs = 0.001,
        TtftMs = 123_456.789,
        Tags = ["a", "", "comma, \"quote\"", "😀"],
        User = "",
        Function = "personality-analysis",
        PromptVersion = "support-reply@2",
        RawUsage = "{\"x\":\"😀\"}",
        Explain = "{\"model\":\"模型\"}",
    };
}
