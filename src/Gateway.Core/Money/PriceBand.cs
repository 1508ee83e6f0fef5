namespace Gateway.Core.Money;

/// <summary>The rates of one service tier above one prompt length, complete: US dollars per million tokens.</summary>
internal sealed class PriceBand
{
    /// <param name="over">The prompt has more tokens than this.</param>
    /// <param name="rates">Has at least the plain rates.</param>
    public PriceBand(long over, PriceRates rates)
    {
        Over = over;
        Input = rates.Input!.Value;
        Output = rates.Output!.Value;
        CacheRead = rates.CacheRead ?? Input;
        CacheWrite = rates.CacheWrite ?? Input;
        CacheWriteHour = rates.CacheWriteHour ?? CacheWrite;
        InputAudio = rates.InputAudio ?? Input;
        InputImage = rates.InputImage ?? Input;
        Reasoning = rates.Reasoning ?? Output;
        OutputAudio = rates.OutputAudio ?? Output;
        OutputImage = rates.OutputImage ?? Output;
        HighestInput = new[] { Input, CacheRead, CacheWrite, CacheWriteHour, InputAudio, InputImage }.Max();
        HighestOutput = new[] { Output, Reasoning, OutputAudio, OutputImage }.Max();
    }

    public long Over { get; }

    public decimal Input { get; }

    public decimal Output { get; }

    public decimal CacheRead { get; }

    public decimal CacheWrite { get; }

    public decimal CacheWriteHour { get; }

    public decimal Reasoning { get; }

    public decimal InputAudio { get; }

    public decimal OutputAudio { get; }

    public decimal InputImage { get; }

    public decimal OutputImage { get; }

    public decimal HighestInput { get; }

    public decimal HighestOutput { get; }
}
