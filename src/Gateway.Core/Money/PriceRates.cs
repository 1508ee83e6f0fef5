namespace Gateway.Core.Money;

/// <summary>US dollars per million tokens, by class of <see cref="Usage.TokenUsage"/>; null: this list says nothing about the class. Zero is a price.</summary>
public sealed record PriceRates
{
    /// <summary>The most a rate may be: a dollar a token. It keeps every sum of a request far inside <see cref="decimal"/>.</summary>
    public const decimal Limit = 1_000_000m;

    public decimal? Input { get; init => field = Checked(value); }

    public decimal? Output { get; init => field = Checked(value); }

    public decimal? CacheRead { get; init => field = Checked(value); }

    public decimal? CacheWrite { get; init => field = Checked(value); }

    public decimal? CacheWriteHour { get; init => field = Checked(value); }

    public decimal? Reasoning { get; init => field = Checked(value); }

    public decimal? InputAudio { get; init => field = Checked(value); }

    public decimal? OutputAudio { get; init => field = Checked(value); }

    public decimal? InputImage { get; init => field = Checked(value); }

    public decimal? OutputImage { get; init => field = Checked(value); }

    /// <summary>These rates, and where this list is silent those of <paramref name="below"/>.</summary>
    internal PriceRates Over(PriceRates below) => new()
    {
        Input = Input ?? below.Input,
        Output = Output ?? below.Output,
        CacheRead = CacheRead ?? below.CacheRead,
        CacheWrite = CacheWrite ?? below.CacheWrite,
        CacheWriteHour = CacheWriteHour ?? below.CacheWriteHour,
        Reasoning = Reasoning ?? below.Reasoning,
        InputAudio = InputAudio ?? below.InputAudio,
        OutputAudio = OutputAudio ?? below.OutputAudio,
        InputImage = InputImage ?? below.InputImage,
        OutputImage = OutputImage ?? below.OutputImage,
    };

    /// <exception cref="ArgumentOutOfRangeException">Negative, or above <paramref name="limit"/>.</exception>
    internal static decimal? Checked(decimal? rate, decimal limit = Limit) => rate is { } value && (value < 0 || value > limit)
        ? throw new ArgumentOutOfRangeException(nameof(rate), rate, $"a price lies between 0 and {limit} US dollars")
        : rate;
}
