namespace Gateway.Config;

/// <summary>When a target that fails is left alone, and for how long. Targets of one provider and model share the breaker, whatever models they stand in.</summary>
public sealed record BreakerConfig
{
    /// <summary>False: targets are asked however often they fail.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Share of the attempts in <see cref="Window"/> that must have failed, above 0, at most 1.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Attempts in <see cref="Window"/> below which nothing is concluded.</summary>
    public int MinAttempts { get; init; } = 20;

    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the target is left alone the first time. Each probe that fails doubles it, up to 32 times as long, at most five minutes.</summary>
    public TimeSpan Open { get; init; } = TimeSpan.FromSeconds(10);
}
