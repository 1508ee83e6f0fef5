using FsCheck;
using FsCheck.Fluent;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Tests.Money;

public sealed class CostPropertyTests
{
    private static readonly Gen<decimal> Rate = Gen.Choose(0, 200_000_000).Select(static n => n / 1_000_000m);

    private static readonly Gen<PriceRates> Rates = Gen.ArrayOf(Gen.OneOf(Gen.Constant((decimal?)null), Rate.Select(static r => (decimal?)r)), 10)
        .Select(static r => new PriceRates
        {
            Input = r[0],
            Output = r[1],
            CacheRead = r[2],
            CacheWrite = r[3],
            CacheWriteHour = r[4],
            Reasoning = r[5],
            InputAudio = r[6],
            OutputAudio = r[7],
            InputImage = r[8],
            OutputImage = r[9],
        });

    private static readonly Gen<PriceTier> Tier =
        from over in Gen.Elements(0L, 128_000L, 200_000L, 256_000L, 272_000L)
        from tier in Gen.Elements(Enum.GetValues<ServiceTier>())
        from rates in Rates
        select new PriceTier(over, tier, rates);

    private static readonly Gen<ModelPrice> Price =
        from input in Rate
        from output in Rate
        from rates in Rates
        from perCall in Gen.Choose(0, 100).Select(static cents => cents / 1000m)
        from tiers in Gen.ListOf(Tier, 3)
        select ModelPrice.Of("test", rates with { Input = input, Output = output }, perCall, [.. tiers]);

    private static readonly Gen<long> Count = Gen.Frequency(
        (2, Gen.Constant(0L)), (3, Gen.Choose(0, 5_000).Select(static n => (long)n)), (2, Gen.Choose(0, 300_000).Select(static n => (long)n)));

    private static readonly Gen<TokenUsage> AnyUsage =
        from n in Gen.ArrayOf(Count, 11)
        from tier in Gen.Elements(Enum.GetValues<ServiceTier>())
        select new TokenUsage
        {
            Input = n[0],
            CacheRead = n[1],
            CacheWrite = n[2],
            CacheWriteHour = n[3],
            InputAudio = n[4],
            InputImage = n[5],
            Output = n[6] + n[7] + n[8] + n[9],
            Reasoning = n[7],
            OutputAudio = n[8],
            OutputImage = n[9],
            Calls = n[10],
            Tier = tier,
        };

    private static void Holds(Func<ModelPrice, TokenUsage, long, bool> property) =>
        Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000),
            Prop.ForAll(
                (from price in Price from usage in AnyUsage from more in Count select (price, usage, more)).ToArbitrary(),
                t => property(t.price, t.usage, t.more)));

    [Fact]
    public void A_cost_is_never_negative_and_is_the_exact_sum_rounded_up_by_less_than_a_nano_dollar() => Holds(static (price, usage, _) =>
    {
        var rounding = (CostCalculator.Cost(price, usage).Value / 1000m) - CostCalculator.MicroDollars(price, usage);
        return CostCalculator.Cost(price, usage).Value >= 0 && rounding is >= 0 and < 0.001m;
    });

    [Fact]
    public void A_cost_is_the_sum_of_its_parts() => Holds(static (price, usage, _) =>
    {
        // All parts keep the whole's prompt length, which decides the rates: what is taken out of one class is looked up in the same band.
        var band = price.Schedule.Band(usage.Tier, usage.PromptTotal);
        var parts = (usage.Input * band.Input) + (usage.CacheRead * band.CacheRead) + (usage.CacheWrite * band.CacheWrite)
            + (usage.CacheWriteHour * band.CacheWriteHour) + (usage.InputAudio * band.InputAudio) + (usage.InputImage * band.InputImage)
            + ((usage.Output - usage.Reasoning - usage.OutputAudio - usage.OutputImage) * band.Output)
            + (usage.Reasoning * band.Reasoning) + (usage.OutputAudio * band.OutputAudio) + (usage.OutputImage * band.OutputImage)
            + (usage.Calls * price.PerCall * 1_000_000m);
        return CostCalculator.MicroDollars(price, usage) == parts;
    });

    [Fact]
    public void Within_one_band_more_of_any_class_never_costs_less() => Holds(static (price, usage, more) =>
    {
        var cost = CostCalculator.Cost(price, usage);
        TokenUsage[] larger =
        [
            usage with { Input = usage.Input + more }, usage with { CacheRead = usage.CacheRead + more }, usage with { CacheWrite = usage.CacheWrite + more },
            usage with { CacheWriteHour = usage.CacheWriteHour + more }, usage with { InputAudio = usage.InputAudio + more },
            usage with { InputImage = usage.InputImage + more }, usage with { Output = usage.Output + more }, usage with { Calls = usage.Calls + more },
            usage with { Output = usage.Output + more, Reasoning = usage.Reasoning + more },
            usage with { Output = usage.Output + more, OutputAudio = usage.OutputAudio + more },
            usage with { Output = usage.Output + more, OutputImage = usage.OutputImage + more },
        ];
        var band = price.Schedule.Band(usage.Tier, usage.PromptTotal);
        return larger.All(u => price.Schedule.Band(u.Tier, u.PromptTotal) != band || CostCalculator.Cost(price, u) >= cost);
    });

    [Fact]
    public void A_reservation_covers_every_usage_within_its_bounds_on_any_tier_and_class() => Holds(static (price, usage, more) =>
    {
        var bounded = usage with { Calls = 0 };
        return Enum.GetValues<ServiceTier>().All(tier => CostCalculator.Cost(price, bounded with { Tier = tier }) <= CostCalculator.UpperBound(price, bounded.PromptTotal, bounded.Output))
            && CostCalculator.Cost(price, bounded) <= CostCalculator.UpperBound(price, bounded.PromptTotal + more, bounded.Output + more);
    });

    [Fact]
    public void A_reservation_is_no_larger_than_the_dearest_usage_it_allows()
    {
        var price = new ModelPrice
        {
            Version = "test",
            Input = 1,
            Output = 2,
            CacheWrite = 4,
            Reasoning = 8,
            Tiers = [new(128_000, ServiceTier.Standard, new() { Input = 100 })],
        };
        CostCalculator.UpperBound(price, 100, 10).Should().Be(CostCalculator.Cost(price, new() { CacheWrite = 100, Output = 10, Reasoning = 10 }));
        CostCalculator.UpperBound(price, 128_000, 0).Should().Be(CostCalculator.Cost(price, new() { CacheWrite = 128_000 }));
        CostCalculator.UpperBound(price, 128_001, 0).Should().Be(CostCalculator.Cost(price, new() { Input = 128_001 }));
    }
}
