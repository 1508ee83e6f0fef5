using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>One budget in its current window, for <c>GET /admin/v1/budgets</c> and the gauges.</summary>
internal sealed record BudgetStatus
{
    public required OwnerKind OwnerKind { get; init; }

    public required string Owner { get; init; }

    public required BudgetPeriod Period { get; init; }

    public required string Timezone { get; init; }

    /// <summary>Null for <see cref="BudgetPeriod.Total"/>.</summary>
    public required DateTimeOffset? WindowStart { get; init; }

    /// <summary>Null for <see cref="BudgetPeriod.Total"/>.</summary>
    public required DateTimeOffset? ResetsAt { get; init; }

    public required NanoUsd Limit { get; init; }

    public required NanoUsd Spent { get; init; }

    public required NanoUsd Held { get; init; }

    /// <summary>What a new attempt may hold; never negative.</summary>
    public required NanoUsd Left { get; init; }
}
