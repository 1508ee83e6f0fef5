using Gateway.Core.Money;

namespace Gateway.Telemetry.Metrics;

/// <summary>Turns budgets into series. An owner may have two budgets of one period; as one series cannot be two, the one with the least left is shown.</summary>
internal static class BudgetSeries
{
    public static IEnumerable<Series> Of(IEnumerable<BudgetReading> budgets, Func<BudgetReading, NanoUsd> amount)
    {
        var tightest = new Dictionary<(string, string, string), BudgetReading>();
        foreach (var budget in budgets)
        {
            var key = (budget.OwnerKind, budget.Owner, budget.Period);
            if (!tightest.TryGetValue(key, out var other) || Left(budget) < Left(other))
                tightest[key] = budget;
        }
        foreach (var budget in tightest.Values)
            yield return new([budget.OwnerKind, budget.Owner, budget.Period], amount(budget).Value);
    }

    private static NanoUsd Left(in BudgetReading budget) => budget.Limit - budget.Spent - budget.Held;
}
