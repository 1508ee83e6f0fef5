namespace Gateway.Config;

/// <summary>How much load retries may add to a target: see <see cref="Routing.Health.RetryBudget"/>.</summary>
public sealed record RetryBudgetConfig
{
    public double Ratio { get; init; } = 0.2;

    public int Min { get; init; } = 3;
}
