namespace Gateway.Config;

/// <summary>When a request that is kept waiting is sent a second time: see <see cref="Pipeline.HedgedSend"/>.</summary>
public sealed record HedgeConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Of the target's own times to the first byte.</summary>
    public double Quantile { get; init; } = 0.95;

    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Second attempts, as a share of the requests.</summary>
    public double Budget { get; init; } = 0.05;
}
