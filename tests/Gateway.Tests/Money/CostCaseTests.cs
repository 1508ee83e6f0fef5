using System.Globalization;
using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;

namespace Gateway.Tests.Money;

/// <summary>Usages with the cost they come to, from the price facts beside the repository (15 of them LiteLLM's own expected numbers).</summary>
public sealed class CostCaseTests
{
    private static readonly PriceCatalog Catalog = PriceCatalog.LoadEmbedded();

    [SkippableFact]
    public void Every_shared_cost_case_comes_to_its_exact_cost_and_is_rounded_once()
    {
        var lines = File.ReadAllLines(SharedData.RequireFile(Path.Combine("prices", "cost_cases.jsonl")));
        lines.Should().HaveCount(123);
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var model = row.GetProperty("model").GetString()!;
            var price = row.TryGetProperty("rates", out var rates) ? FromRates(rates) : Listed(model);
            var usage = Usage(row.GetProperty("parts"));
            var expected = decimal.Parse(row.GetProperty("spend_exact").GetString()!, CultureInfo.InvariantCulture);
            (CostCalculator.MicroDollars(price, usage) / 1_000_000m).Should().Be(expected, "{0} of {1} is given as that", row.GetProperty("case"), model);
            CostCalculator.Cost(price, usage).Should().Be(NanoUsd.FromDollars(expected));
        }
    }

    private static ModelPrice Listed(string model)
    {
        var (prefix, name) = model.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? (model[..slash], model[(slash + 1)..]) : ("", model);
        var kind = prefix switch
        {
            "azure" => "azure-openai",
            "" when name.Contains("anthropic.", StringComparison.Ordinal) => "bedrock",
            "" when name.StartsWith("claude", StringComparison.Ordinal) => "anthropic",
            "" when name.StartsWith("command", StringComparison.Ordinal) => "cohere",
            "" => "openai",
            _ => prefix,
        };
        return Catalog.Find(kind, name)?.Price ?? throw new InvalidDataException($"{kind} {name} is not in the catalogue");
    }

    private static ModelPrice FromRates(JsonElement rates)
    {
        decimal? Rate(string name) => rates.TryGetProperty(name, out var value) ? value.GetDecimal() * 1_000_000m : null;
        PriceTier Tier(long over, ServiceTier tier, string suffix) => new(over, tier, new PriceRates
        {
            Input = Rate("input_cost_per_token" + suffix),
            Output = Rate("output_cost_per_token" + suffix),
        });
        return new ModelPrice
        {
            Version = "test",
            Input = Rate("input_cost_per_token")!.Value,
            Output = Rate("output_cost_per_token")!.Value,
            CacheRead = Rate("cache_read_input_token_cost"),
            CacheWrite = Rate("cache_creation_input_token_cost"),
            CacheWriteHour = Rate("cache_creation_input_token_cost_above_1hr"),
            Reasoning = Rate("output_cost_per_reasoning_token"),
            InputAudio = Rate("input_cost_per_audio_token"),
            OutputAudio = Rate("output_cost_per_audio_token"),
            Tiers = [Tier(200_000, ServiceTier.Standard, "_above_200k_tokens"), Tier(0, ServiceTier.Flex, "_flex"), Tier(0, ServiceTier.Priority, "_priority")],
        };
    }

    private static TokenUsage Usage(JsonElement parts)
    {
        long Part(string name) => parts.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
        return new TokenUsage
        {
            Input = Part("fresh"),
            CacheRead = Part("read"),
            CacheWrite = Part("w5"),
            CacheWriteHour = Part("w1h"),
            InputAudio = Part("audio_in"),
            Output = Part("out") + Part("reasoning") + Part("audio_out"),
            Reasoning = Part("reasoning"),
            OutputAudio = Part("audio_out"),
            Tier = parts.TryGetProperty("tier", out var tier) ? Enum.Parse<ServiceTier>(tier.GetString()!, ignoreCase: true) : ServiceTier.Standard,
        };
    }
}
