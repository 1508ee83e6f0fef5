using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>What each gateway's rows come to for budgets, where several write into one ledger.</summary>
internal static class InstanceRows
{
    /// <summary>For each budget, what the rows of its window come to by gateway: one query for each beginning of a window.</summary>
    public static async Task<IReadOnlyList<Dictionary<string, NanoUsd>>> ReadAsync(ILedgerReader ledger, IReadOnlyList<BudgetStatus> budgets, CancellationToken cancellationToken)
    {
        var found = new Dictionary<DateTimeOffset, (IReadOnlyList<UsageSum> All, ILookup<string?, UsageSum> Keys, ILookup<string?, UsageSum> Teams, ILookup<string?, UsageSum>? Functions)>();
        var ofFunctions = budgets.Any(static b => b.OwnerKind == OwnerKind.Function);
        UsageDimension[] groups = [UsageDimension.Key, UsageDimension.Team, UsageDimension.Instance, .. ofFunctions ? [UsageDimension.Function] : ReadOnlySpan<UsageDimension>.Empty];
        var rows = new List<Dictionary<string, NanoUsd>>(budgets.Count);
        foreach (var budget in budgets)
        {
            var start = budget.WindowStart ?? default;
            if (!found.TryGetValue(start, out var sums))
            {
                var all = await ledger.SumAsync(new UsageQuery(new LedgerFilter(From: budget.WindowStart), groups), cancellationToken);
                found[start] = sums = (all, all.ToLookup(static s => s.Group[0]), all.ToLookup(static s => s.Group[1]), ofFunctions ? all.ToLookup(static s => s.Group[3]) : null);
            }
            var own = new Dictionary<string, NanoUsd>(StringComparer.Ordinal);
            foreach (var sum in budget.OwnerKind switch { OwnerKind.Key => sums.Keys[budget.Owner], OwnerKind.Team => sums.Teams[budget.Owner], OwnerKind.Function => sums.Functions![budget.Owner], _ => sums.All })
                own[sum.Group[2] ?? ""] = own.GetValueOrDefault(sum.Group[2] ?? "") + sum.Cost;
            rows.Add(own);
        }
        return rows;
    }
}
