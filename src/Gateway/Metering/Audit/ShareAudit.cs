using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>Compares what gateways that share budgets say is spent with their rows.</summary>
/// <remarks>
/// A gateway says once a second what it spent, and its rows are half a second late. So under load the two are never equal at one instant; but what its rows came to at first it must have counted
/// some seconds later, and what it counted at first must be in its rows by then. At rest that is equality. Of a silent one nothing is known but what it was given, and what of
/// that was not given to others meanwhile (<see cref="DeadShares"/>): its rows must not come to more. A rolling budget is told and not compared: what was spent before a start is known by the hour.
/// </remarks>
internal sealed class ShareAudit(IShareStore shares, ILedgerReader ledger, LimitHistory limits, TimeProvider time)
{
    private const int Rounds = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="reloaded">Gateways with a row from after a reload of their file, and when the last of these was admitted.</param>
    public async Task RunAsync(IReadOnlyList<BudgetStatus> budgets, IReadOnlyDictionary<string, DateTimeOffset> reloaded, AuditReport report, CancellationToken cancellationToken)
    {
        var first = await ReadAsync(budgets, cancellationToken);
        for (var (round, now) = (1, first); ; round++, now = await ReadAsync(budgets, cancellationToken))
        {
            var comparison = new ShareComparison(first, now, limits, reloaded, isLast: round == Rounds);
            var differences = Enumerable.Range(0, budgets.Count).Where(i => !budgets[i].IsRolling)
                .SelectMany(i => comparison.Differences(budgets[i], i).Select(d => $"{report.Balances[i].Name}: {d}")).ToList();
            for (var i = 0; i < budgets.Count; i++) report.Balances[i].Shares = now.Shares[i];
            if (differences.Count == 0) return;
            if (round == Rounds)
            {
                foreach (var difference in differences) report.Differs(difference);
                return;
            }
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<ShareReading> ReadAsync(IReadOnlyList<BudgetStatus> budgets, CancellationToken cancellationToken)
    {
        var instances = (await shares.InstancesAsync(cancellationToken)).ToDictionary(static i => i.Instance.Id, StringComparer.Ordinal);
        var leases = (await shares.LeasesAsync(cancellationToken)).ToLookup(static l => l.Name, StringComparer.Ordinal);
        var corrections = await ledger.CorrectionsAsync(cancellationToken);
        var rows = await InstanceRows.ReadAsync(ledger, budgets, cancellationToken);
        return new(instances, corrections, [.. budgets.Select((b, i) => Compare(b, rows[i], [.. leases[BudgetShare.NameOf(b)]], instances))]);
    }

    private List<ShareCheck> Compare(BudgetStatus budget, Dictionary<string, NanoUsd> rows, List<Lease> leases, Dictionary<string, InstanceStatus> instances)
    {
        // No gateway has said anything about a budget of the file: none that runs has such a file. The store's budgets every gateway has.
        if (leases.Count == 0 && limits.ChangedAt(budget) is null) return [];
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
}
