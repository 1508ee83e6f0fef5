using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>One budget as it is now, for <c>GET /admin/v1/budgets</c> and the gauges.</summary>
internal sealed record BudgetStatus
{
    public required OwnerKind OwnerKind { get; init; }

    public required string Owner { get; init; }

    public required BudgetPeriod Period { get; init; }

    public required string Timezone { get; init; }

    public required bool IsRolling { get; init; }

    /// <summary>Null for <see cref="BudgetPeriod.Total"/>.</summary>
    public required DateTimeOffset? WindowStart { get; init; }

    /// <summary>When nothing of what is spent counts any more. Null for <see cref="BudgetPeriod.Total"/>, and for a rolling budget of which nothing is spent.</summary>
    public required DateTimeOffset? ResetsAt { get; init; }

    public required NanoUsd Limit { get; init; }

    public required NanoUsd Spent { get; init; }

    public required NanoUsd Held { get; init; }

    /// <summary>What a new attempt may hold; never negative.</summary>
    public required NanoUsd Left { get; init; }
}
