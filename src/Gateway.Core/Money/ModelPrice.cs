namespace Gateway.Core.Money;

/// <summary>
/// What a model's tokens cost, in US dollars per million tokens. A class without a rate takes the plain one: caches, audio and images of the prompt
/// <see cref="Input"/>, reasoning, audio and images of the answer <see cref="Output"/>.
/// </summary>
/// <remarks>Immutable. It is a class because it carries what it computes once from its rates (<see cref="PriceSchedule"/>).</remarks>
public sealed class ModelPrice
{
    /// <summary>The most <see cref="PerCall"/> may be, in US dollars.</summary>
    public const decimal PerCallLimit = 1_000m;

    private PriceSchedule? _schedule;

    /// <summary>Names the price: where it is from (the catalogue's date, or <c>config</c>) and a digest of what it says, <c>2026-08-01:3fa92c1b77d0</c>.</summary>
    public required string Version { get; init; }

    public required decimal Input { get; init => field = PriceRates.Checked(value)!.Value; }

    public required decimal Output { get; init => field = PriceRates.Checked(value)!.Value; }

    /// <summary>Null: <see cref="Input"/>.</summary>
    public decimal? CacheRead { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Input"/>.</summary>
    public decimal? CacheWrite { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="CacheWrite"/>, which lies nearer to it than the plain rate, then <see cref="Input"/>.</summary>
    public decimal? CacheWriteHour { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Output"/>.</summary>
    public decimal? Reasoning { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Input"/>.</summary>
    public decimal? InputAudio { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Output"/>.</summary>
    public decimal? OutputAudio { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Input"/>.</summary>
    public decimal? InputImage { get; init => field = PriceRates.Checked(value); }

    /// <summary>Null: <see cref="Output"/>.</summary>
    public decimal? OutputImage { get; init => field = PriceRates.Checked(value); }

    /// <summary>US dollars for one server-side tool call (<see cref="Usage.TokenUsage.Calls"/>).</summary>
    public decimal PerCall { get; init => field = PriceRates.Checked(value, PerCallLimit)!.Value; }

    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <exception cref="ArgumentException">The rates lack the plain input or output rate.</exception>
    public static ModelPrice Of(string version, PriceRates rates, decimal perCall, IReadOnlyList<PriceTier> tiers) => new()
    {
        Version = version,
        Input = rates.Input ?? throw new ArgumentException("a price needs an input rate", nameof(rates)),
        Output = rates.Output ?? throw new ArgumentException("a price needs an output rate", nameof(rates)),
        CacheRead = rates.CacheRead,
        CacheWrite = rates.CacheWrite,
        CacheWriteHour = rates.CacheWriteHour,
        Reasoning = rates.Reasoning,
        InputAudio = rates.InputAudio,
        OutputAudio = rates.OutputAudio,
        InputImage = rates.InputImage,
        OutputImage = rates.OutputImage,
        PerCall = perCall,
        Tiers = tiers,
    };

    /// <summary>Computed on first use; two threads that race compute the same.</summary>
    internal PriceSchedule Schedule => _schedule ??= new PriceSchedule(this);

    /// <summary>The rates without tiers.</summary>
    public PriceRates Rates => new()
    {
        Input = Input,
        Output = Output,
        CacheRead = CacheRead,
        CacheWrite = CacheWrite,
        CacheWriteHour = CacheWriteHour,
        Reasoning = Reasoning,
        InputAudio = InputAudio,
        OutputAudio = OutputAudio,
        InputImage = InputImage,
        OutputImage = OutputImage,
    };
}
