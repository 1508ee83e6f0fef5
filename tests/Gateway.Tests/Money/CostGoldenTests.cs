using System.Globalization;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Tests.Money;

/// <summary>Costs worked out by hand from providers' price pages, each part written out so that it can be checked with a pencil.</summary>
public sealed class CostGoldenTests
{
    private static readonly ModelPrice Sonnet = new()
    {
        Version = "test",
        Input = 3,
        Output = 15,
        CacheRead = 0.30m,
        CacheWrite = 3.75m,
        CacheWriteHour = 6,
        Tiers = [new(200_000, ServiceTier.Standard, new() { Input = 6, Output = 22.5m, CacheRead = 0.60m, CacheWrite = 7.5m, CacheWriteHour = 12 })],
    };

    private static readonly ModelPrice Audio = new() { Version = "test", Input = 2.5m, Output = 10, InputAudio = 40, OutputAudio = 80 };

    private static readonly ModelPrice Tiered = new()
    {
        Version = "test",
        Input = 5,
        Output = 30,
        CacheRead = 0.5m,
        CacheWrite = 6.25m,
        PerCall = 0.01m,
        Tiers =
        [
            new(0, ServiceTier.Priority, new() { Input = 10, Output = 60, CacheRead = 1, CacheWrite = 12.5m }),
            new(0, ServiceTier.Flex, new() { Input = 2.5m, Output = 15, CacheRead = 0.25m }),
            new(0, ServiceTier.Batch, new() { Input = 2.5m, Output = 15 }),
            new(272_000, ServiceTier.Standard, new() { Input = 10, Output = 45, CacheRead = 1 }),
            new(272_000, ServiceTier.Flex, new() { Input = 5, Output = 22.5m }),
        ],
    };

    public static TheoryData<string, ModelPrice, TokenUsage, string> Cases() => new()
    {
        { "cache writes are charged once (litellm #9812): 12304 × 3.75 + 3 × 3 + 550 × 15", Sonnet, new() { CacheWrite = 12_304, Input = 3, Output = 550 }, "0.054399" },
        { "5 minutes and an hour: 90 × 3 + 20 × 3.75 + 40 × 6 + 30 × 15", Sonnet, new() { Input = 90, CacheWrite = 20, CacheWriteHour = 40, Output = 30 }, "0.001035" },
        { "cache read: 100 × 3 + 50 × 0.30 + 30 × 15", Sonnet, new() { Input = 100, CacheRead = 50, Output = 30 }, "0.000765" },
        { "at the threshold the plain rates hold: 200000 × 3 + 10 × 15", Sonnet, new() { Input = 200_000, Output = 10 }, "0.60015" },
        { "one token over it, all of it is dearer: 200001 × 6 + 10 × 22.5", Sonnet, new() { Input = 200_001, Output = 10 }, "1.200231" },
        { "cached tokens count for the threshold: 1 × 6 + 200000 × 0.60 + 10 × 22.5", Sonnet, new() { Input = 1, CacheRead = 200_000, Output = 10 }, "0.120231" },
        { "long answers do not: 1000 × 3 + 300000 × 15", Sonnet, new() { Input = 1000, Output = 300_000 }, "4.503" },
        { "reasoning is part of the answer: 100 × 3 + 100 × 15", Sonnet, new() { Input = 100, Output = 100, Reasoning = 70 }, "0.0018" },
        { "audio: 100 × 2.5 + 25 × 40 + 30 × 10 + 15 × 80", Audio, new() { Input = 100, InputAudio = 25, Output = 45, OutputAudio = 15 }, "0.00275" },
        { "images without a rate are text: 100 × 2.5 + 50 × 2.5 + 10 × 10", Audio, new() { Input = 100, InputImage = 50, Output = 10, OutputImage = 4 }, "0.000475" },
        { "an hour without a rate costs the cache-write rate: 100 × 6.25", Tiered, new() { CacheWriteHour = 100 }, "0.000625" },
        { "priority: 1000 × 10 + 100 × 60", Tiered, new() { Input = 1000, Output = 100, Tier = ServiceTier.Priority }, "0.016" },
        { "flex keeps the rate it does not name: 1000 × 6.25 + 100 × 15", Tiered, new() { CacheWrite = 1000, Output = 100, Tier = ServiceTier.Flex }, "0.00775" },
        { "batch: 1000 × 2.5 + 100 × 15", Tiered, new() { Input = 1000, Output = 100, Tier = ServiceTier.Batch }, "0.004" },
        { "flex and long: 300000 × 5 + 100 × 22.5", Tiered, new() { Input = 300_000, Output = 100, Tier = ServiceTier.Flex }, "1.50225" },
        { "flex and long, the rate of the length: 272001 × 1 + 100 × 22.5", Tiered, new() { CacheRead = 272_001, Output = 100, Tier = ServiceTier.Flex }, "0.274251" },
        { "batch and long, the dearer: 300000 × 10 + 100 × 45", Tiered, new() { Input = 300_000, Output = 100, Tier = ServiceTier.Batch }, "3.0045" },
        { "calls by the piece: 10 × 5 + 1 × 30 + 2 × 0.01 dollars", Tiered, new() { Input = 10, Output = 1, Calls = 2 }, "0.02008" },
        { "nothing used", Tiered, new(), "0" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_usage_costs_what_the_price_page_says(string why, ModelPrice price, TokenUsage usage, string dollars) =>
        CostCalculator.Cost(price, usage).Dollars.Should().Be(decimal.Parse(dollars, CultureInfo.InvariantCulture), why);

    [Theory]
    [InlineData("0.0375", 1, 38)]    // 37.5 nano-dollars a token: away from zero
    [InlineData("0.0375", 2, 75)]    // two of them are exact: the token price is never rounded first
    [InlineData("0.0375", 3, 113)]
    [InlineData("0.15", 37_000_000, 5_550_000_000)]    // in double arithmetic 5.550000000019644 dollars
    [InlineData("0.0000001", 1, 1)]
    public void The_sum_is_rounded_once_and_away_from_zero(string rate, long tokens, long nano)
    {
        var price = new ModelPrice { Version = "test", Input = decimal.Parse(rate, CultureInfo.InvariantCulture), Output = 0 };
        CostCalculator.Cost(price, new() { Input = tokens }).Should().Be(new NanoUsd(nano));
    }

    [Fact]
    public void A_fallback_is_priced_at_the_model_that_served()
    {
        // litellm #39294: two attempts, each at its own target's price; the sum of the rows is what both providers bill.
        var cheap = new ModelPrice { Version = "test", Input = 0.15m, Output = 0.60m };
        var usage = new TokenUsage { Input = 1000, Output = 500 };
        CostCalculator.Cost(cheap, usage).Should().Be(new NanoUsd(450_000));
        CostCalculator.Cost(Sonnet, usage).Should().Be(new NanoUsd(10_500_000));
    }

    [Fact]
    public void A_cost_beyond_the_ledgers_range_stays_at_its_end()
    {
        var price = new ModelPrice { Version = "test", Input = PriceRates.Limit, Output = PriceRates.Limit, PerCall = ModelPrice.PerCallLimit };
        CostCalculator.Cost(price, new() { Input = long.MaxValue, Calls = long.MaxValue }).Should().Be(new NanoUsd(long.MaxValue));
        CostCalculator.UpperBound(price, long.MaxValue, long.MaxValue).Should().Be(new NanoUsd(long.MaxValue));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1_000_001)]
    public void A_rate_below_zero_or_above_a_dollar_a_token_is_refused(double rate)
    {
        var plain = () => new ModelPrice { Version = "test", Input = (decimal)rate, Output = 1 };
        var other = () => new PriceRates { CacheRead = (decimal)rate };
        plain.Should().Throw<ArgumentOutOfRangeException>();
        other.Should().Throw<ArgumentOutOfRangeException>();
    }
}
