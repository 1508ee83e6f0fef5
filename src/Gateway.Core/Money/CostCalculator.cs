using Gateway.Core.Usage;

namespace Gateway.Core.Money;

/// <summary>Tokens times price. Exact decimal arithmetic, rounded once per ledger row, away from zero.</summary>
public static class CostCalculator
{
    /// <summary>Nano-dollars in a millionth of a dollar.</summary>
    private const decimal NanoPerMicro = 1000m;

    private const decimal HighestMicro = long.MaxValue / NanoPerMicro;

    /// <summary>What an attempt cost: never negative. A class with a negative count costs nothing; more than about 9.2 billion dollars is that much.</summary>
    public static NanoUsd Cost(ModelPrice price, in TokenUsage usage) => Round(MicroDollars(price, usage));

    /// <summary>
    /// The most an attempt can cost whose prompt and answer have at most these many tokens, whatever their classes and the tier it is served at.
    /// Fees per server-side call come on top where their number is not known: in most requests nothing bounds it.
    /// </summary>
    public static NanoUsd UpperBound(ModelPrice price, long inputBound, long outputBound, long callBound = 0) =>
        Round(price.Schedule.Highest(Math.Max(0, inputBound), Math.Max(0, outputBound)) + Part(callBound, price.PerCall * 1_000_000m));

    /// <summary>Millionths of a dollar, before rounding: a rate per million tokens times tokens.</summary>
    internal static decimal MicroDollars(ModelPrice price, in TokenUsage usage)
    {
        var band = price.Schedule.Band(usage.Tier, usage.PromptTotal);
        var sum = Part(usage.Input, band.Input);
        sum += Part(usage.Output - usage.Reasoning - usage.OutputAudio - usage.OutputImage, band.Output);
        if ((usage.CacheRead | usage.CacheWrite | usage.CacheWriteHour) != 0)
            sum += Part(usage.CacheRead, band.CacheRead) + Part(usage.CacheWrite, band.CacheWrite) + Part(usage.CacheWriteHour, band.CacheWriteHour);
        if (usage.Reasoning != 0)
            sum += Part(usage.Reasoning, band.Reasoning);
        if ((usage.InputAudio | usage.InputImage | usage.OutputAudio | usage.OutputImage | usage.Calls) != 0)
            sum += Rare(price, band, usage);
        return sum;
    }

    private static decimal Rare(ModelPrice price, PriceBand band, in TokenUsage usage) =>
        Part(usage.InputAudio, band.InputAudio)
        + Part(usage.InputImage, band.InputImage)
        + Part(usage.OutputAudio, band.OutputAudio)
        + Part(usage.OutputImage, band.OutputImage)
        + Part(usage.Calls, price.PerCall * 1_000_000m);

    private static decimal Part(long tokens, decimal rate) => tokens > 0 ? tokens * rate : 0m;

    private static NanoUsd Round(decimal micro) =>
        new(micro >= HighestMicro ? long.MaxValue : (long)decimal.Ceiling(micro * NanoPerMicro));
}
