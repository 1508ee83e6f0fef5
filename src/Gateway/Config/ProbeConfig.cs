namespace Gateway.Config;

/// <summary>How a provider is asked whether it answers, beside the clients' requests.</summary>
public sealed record ProbeConfig
{
    /// <summary>Between the end of a probe and the next one.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the head of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As many failed probes in a row take the provider's targets out.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>Below the base URL, without a slash before it; null: the kind's list of models.</summary>
    public string? Path { get; init; }
}
