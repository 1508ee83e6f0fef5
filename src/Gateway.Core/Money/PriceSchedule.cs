using Gateway.Core.Usage;

namespace Gateway.Core.Money;

/// <summary>A price with every fallback resolved: per service tier the bands of prompt length, longest first.</summary>
/// <remarks>
/// Where rates for the tier and rates for the length both apply, the length's win, and rates for the two together win over both. A provider that says nothing of
/// a long prompt in its batch tier is thereby taken at the full long-prompt rate: the ledger may say too much, never too little.
/// </remarks>
internal sealed class PriceSchedule
{
    private static readonly int TierCount = Enum.GetValues<ServiceTier>().Length;

    private readonly PriceBand[][] _tiers = new PriceBand[TierCount][];

    /// <summary>Per length the highest rates of any tier and class: what a reservation is made of.</summary>
    private readonly (long Over, decimal Input, decimal Output)[] _ceilings;

    public PriceSchedule(ModelPrice price)
    {
        long[] lengths = [.. price.Tiers.Select(static tier => tier.Over).Append(0).Distinct().OrderDescending()];
        for (var tier = 0; tier < TierCount; tier++)
            _tiers[tier] = [.. lengths.Select(over => new PriceBand(over, Resolve(price, (ServiceTier)tier, over)))];
        _ceilings =
        [
            .. _tiers.SelectMany(static bands => bands).GroupBy(static band => band.Over)
                .Select(static bands => (bands.Key, bands.Max(static b => b.HighestInput), bands.Max(static b => b.HighestOutput))),
        ];
    }

    public PriceBand Band(ServiceTier tier, long promptTokens)
    {
        var bands = _tiers[(uint)tier < (uint)_tiers.Length ? (int)tier : 0];
        foreach (var band in bands)
        {
            if (promptTokens > band.Over)
                return band;
        }

        return bands[^1];
    }

    /// <summary>The most that a prompt and an answer of these lengths can come to, whatever their classes and the tier, in millionths of a dollar.</summary>
    public decimal Highest(long promptTokens, long outputTokens)
    {
        var highest = 0m;
        foreach (var (over, input, output) in _ceilings)
        {
            if (over == 0 || promptTokens > over)
                highest = Math.Max(highest, (promptTokens * input) + (outputTokens * output));
        }

        return highest;
    }

    private static PriceRates Resolve(ModelPrice price, ServiceTier tier, long over)
    {
        var rates = price.Rates;
        rates = Find(price, tier, 0)?.Over(rates) ?? rates;
        foreach (var length in price.Tiers.Select(static t => t.Over).Where(length => length > 0 && length <= over).Distinct().Order())
        {
            rates = Find(price, ServiceTier.Standard, length)?.Over(rates) ?? rates;
            rates = Find(price, tier, length)?.Over(rates) ?? rates;
        }

        return rates;
    }

    private static PriceRates? Find(ModelPrice price, ServiceTier tier, long over) =>
        price.Tiers.FirstOrDefault(t => t.Tier == tier && t.Over == over)?.Rates;
}
