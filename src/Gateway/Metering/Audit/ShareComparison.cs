using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>What the store says of gateways and their shares at one moment.</summary>
/// <param name="Shares">For each budget, of each gateway that has anything to do with it.</param>
internal sealed record ShareReading(IReadOnlyDictionary<string, InstanceStatus> Instances, IReadOnlyList<CorrectedRow> Corrections, IReadOnlyList<IReadOnlyList<ShareCheck>> Shares);

/// <summary>Two readings, one some seconds after the other, or twice the same.</summary>
/// <param name="isLast">Whoever was not heard of between the two is silent. Before the last look it gets more time.</param>
internal sealed class ShareComparison(ShareReading first, ShareReading now, LimitHistory limits, IReadOnlyDictionary<string, DateTimeOffset> reloaded, bool isLast)
{
    public IEnumerable<string> Differences(BudgetStatus budget, int index)
    {
        // Its window ended while we looked.
        if (budget.ResetsAt is { } end && now.Instances.Values.Any(i => i.Now >= end)) return [];
        return now.Shares[index].Select(s => Difference(budget, first.Shares[index].FirstOrDefault(f => f.Instance == s.Instance), s)).OfType<string>();
    }

    private string? Difference(BudgetStatus budget, ShareCheck? before, ShareCheck share)
    {
        var status = now.Instances.GetValueOrDefault(share.Instance);
        var since = status?.Instance.StartedAt ?? DateTimeOffset.MinValue;
        // What was under way when the budget was added is in the ledger and not in the budget.
        var mayMissSome = limits.ChangedAt(budget) is { } changed ? changed >= since : reloaded.TryGetValue(share.Instance, out var last) && last >= since;
        if (share.IsAlive && (!isLast || IsHeard(share.Instance)))
        {
            if (Started(first, share.Instance) != Started(now, share.Instance)) return null;   // it began to count anew
            var least = Rows(first, budget, before, since).Least;
            var most = Rows(now, budget, share, since).Most;
            return (before?.Counted ?? NanoUsd.Zero) <= most && (share.Counted >= least || mayMissSome)
                ? null
                : $"gateway {share.Instance} counts ${share.Counted} as spent, its rows came to ${share.Rows}";
        }
        // Rows of before gateways had names belong to none.
        if (share.Instance.Length == 0 || mayMissSome || Rows(now, budget, share, since).Least <= share.Counted + share.Held) return null;
        return $"gateway {share.Instance}, which is silent, had ${share.Counted + share.Held}, its rows came to ${share.Rows}: others can spend the difference again";
    }

    private bool IsHeard(string instance) =>
        first.Instances.TryGetValue(instance, out var then) && now.Instances.TryGetValue(instance, out var today) && today.SeenAt > then.SeenAt;

    private static DateTimeOffset? Started(ShareReading reading, string instance) => reading.Instances.GetValueOrDefault(instance)?.Instance.StartedAt;

    /// <summary>What rows came to, with corrected costs and without: a gateway takes these over when it starts, or when the budget is new to it.</summary>
    private static (NanoUsd Least, NanoUsd Most) Rows(ShareReading reading, BudgetStatus budget, ShareCheck? share, DateTimeOffset since)
    {
        if (share is null) return (NanoUsd.Zero, NanoUsd.Zero);
        var corrected = reading.Corrections.Where(c => c.At >= since && IsOf(c, budget, share.Instance)).Aggregate(NanoUsd.Zero, static (sum, c) => sum + c.NewCost - c.OldCost);
        var uncorrected = share.Rows - corrected;
        return uncorrected < share.Rows ? (uncorrected, share.Rows) : (share.Rows, uncorrected);
    }

    private static bool IsOf(CorrectedRow row, BudgetStatus budget, string instance) =>
        row.Instance == instance && (budget.WindowStart is not { } start || row.RowAt >= start)
        && budget.OwnerKind switch { OwnerKind.Key => row.Key == budget.Owner, OwnerKind.Team => row.Team == budget.Owner, OwnerKind.Function => row.Function == budget.Owner, _ => true };
}
