using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>Compares what gateways that share budgets say is spent with their rows.</summary>
/// <remarks>
/// A gateway says once a second what it spent, and its rows are half a second late: it gets a few seconds to be at one with itself. Of a silent one nothing is known but what it last said,
/// and nobody can spend what it still holds until it starts again or is forgotten. A rolling budget is told and not compared: what was spent before a start is known by the hour.
/// </remarks>
internal sealed class ShareAudit(IShareStore shares, ILedgerStore store, LimitHistory limits, TimeProvider time)
{
    private const int Rounds = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="reloaded">Gateways with a row from after a reload of their file, and when the last of these was admitted.</param>
    public async Task RunAsync(IReadOnlyList<BudgetStatus> budgets, IReadOnlyDictionary<string, DateTimeOffset> reloaded, AuditReport report, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var instances = (await shares.InstancesAsync(cancellationToken)).ToDictionary(static i => i.Instance.Id, StringComparer.Ordinal);
            var leases = (await shares.LeasesAsync(cancellationToken)).ToLookup(static l => l.Name, StringComparer.Ordinal);
            var corrections = await store.CorrectionsAsync(cancellationToken);
            var rows = await RowsAsync(budgets, cancellationToken);
            var differences = new List<string>();
            for (var i = 0; i < budgets.Count; i++)
            {
                var balance = report.Balances[i];
                balance.Shares = Compare(budgets[i], rows[i], [.. leases[BudgetShare.NameOf(budgets[i])]], instances);
                if (!budgets[i].IsRolling) differences.AddRange(balance.Shares.Select(s => Difference(budgets[i], s)).OfType<string>().Select(d => $"{balance.Name}: {d}"));
            }
            if (differences.Count == 0) return;
            if (round < Rounds)
            {
                await Task.Delay(Pause, time, cancellationToken);
                continue;
            }
            foreach (var difference in differences) report.Differs(difference);
            return;

            string? Difference(BudgetStatus budget, ShareCheck share)
            {
                if (!share.IsAlive) return null;
                var since = instances[share.Instance].Instance.StartedAt;
                // A gateway takes corrected costs over when it starts, or when the budget is new to it.
                var corrected = corrections.Where(c => c.At >= since && IsOf(c, budget, share.Instance)).Aggregate(NanoUsd.Zero, static (sum, c) => sum + c.NewCost - c.OldCost);
                var before = share.Rows - corrected;
                var (least, most) = before < share.Rows ? (before, share.Rows) : (share.Rows, before);
                // What was under way when the budget was added is in the ledger and not in the budget.
                var mayMissSome = limits.ChangedAt(budget) is { } changed ? changed >= since : reloaded.TryGetValue(share.Instance, out var last) && last >= since;
                return share.Counted <= most && (share.Counted >= least || mayMissSome) ? null : $"gateway {share.Instance} counts ${share.Counted} as spent, its rows came to ${share.Rows}";
            }
        }
    }

    private static List<ShareCheck> Compare(BudgetStatus budget, Dictionary<string, NanoUsd> rows, List<Lease> leases, Dictionary<string, InstanceStatus> instances)
    {
        // No gateway has said anything about it: none that runs has such a budget.
        if (leases.Count == 0) return [];
        var start = budget.WindowStart?.UtcTicks ?? 0;
        var own = leases.Where(l => l.Span >= start).ToLookup(static l => l.Instance, StringComparer.Ordinal);
        return [.. own.Select(static l => l.Key).Union(rows.Keys).Order(StringComparer.Ordinal).Select(id =>
        {
            var status = instances.GetValueOrDefault(id);
            var used = own[id].Sum(static l => l.Used);
            var free = own[id].Sum(static l => Math.Max(0, l.Granted - l.Used));
            return new ShareCheck(id, status is not null && status.SeenAt + ShareTimes.Death >= status.Now, status?.SeenAt, new(used), new(free), rows.GetValueOrDefault(id));
        })];
    }

    /// <summary>For each budget, what the rows of its window come to by gateway: one query for each beginning of a window.</summary>
    private async Task<IReadOnlyList<Dictionary<string, NanoUsd>>> RowsAsync(IReadOnlyList<BudgetStatus> budgets, CancellationToken cancellationToken)
    {
        var found = new Dictionary<DateTimeOffset, (IReadOnlyList<UsageSum> All, ILookup<string?, UsageSum> Keys, ILookup<string?, UsageSum> Teams)>();
        var rows = new List<Dictionary<string, NanoUsd>>(budgets.Count);
        foreach (var budget in budgets)
        {
            var start = budget.WindowStart ?? default;
            if (!found.TryGetValue(start, out var sums))
            {
                var all = await store.SumAsync(new UsageQuery(new LedgerFilter(From: budget.WindowStart), [UsageDimension.Key, UsageDimension.Team, UsageDimension.Instance]), cancellationToken);
                found[start] = sums = (all, all.ToLookup(static s => s.Group[0]), all.ToLookup(static s => s.Group[1]));
            }
            var own = new Dictionary<string, NanoUsd>(StringComparer.Ordinal);
            foreach (var sum in budget.OwnerKind switch { OwnerKind.Key => sums.Keys[budget.Owner], OwnerKind.Team => sums.Teams[budget.Owner], _ => sums.All })
                own[sum.Group[2] ?? ""] = own.GetValueOrDefault(sum.Group[2] ?? "") + sum.Cost;
            rows.Add(own);
        }
        return rows;
    }

    private static bool IsOf(CorrectedRow row, BudgetStatus budget, string instance) =>
        row.Instance == instance && (budget.WindowStart is not { } start || row.RowAt >= start)
        && budget.OwnerKind switch { OwnerKind.Key => row.Key == budget.Owner, OwnerKind.Team => row.Team == budget.Owner, _ => true };
}
