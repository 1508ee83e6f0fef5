using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Metering.Audit;

namespace Gateway.Admission.Shares;

/// <summary>Gives back what dead gateways had of budgets, where somebody said that what is in doubt is free: an operator of one gateway, or the configuration of all.</summary>
/// <param name="ledger">Tells what they spent after they last said so.</param>
internal sealed class DeadShares(IShareStore store, ILedgerReader ledger, AdmissionBook book, LedgerConfig config, ILogger<DeadShares> logger)
{
    /// <summary>With <c>in_doubt: release</c>: of gateways that are silent for longer than they said that they would spend it.</summary>
    /// <remarks>Each by its own configuration: whoever charges what is in doubt, and an older program, spends on however long it is cut off.</remarks>
    /// <exception cref="StoreException">It can be tried again.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (config.InDoubt != InDoubtPolicy.Release)
            return;
        var dead = (await store.InstancesAsync(cancellationToken)).Where(static i => i.Unused > 0 && i.Now - i.SeenAt > EndOf(i)).ToDictionary(static i => i.Instance.Id, StringComparer.Ordinal);
        if (dead.Count == 0)
            return;
        foreach (var spent in await SpentAsync(dead.ContainsKey, cancellationToken))
        {
            if (await store.ReleaseAsync(spent.Key, EndOf(dead[spent.Key])!.Value, [.. spent], cancellationToken) is { } freed and > 0)
                ShareLog.Released(logger, spent.Key, dead[spent.Key].Instance.Host, new(freed));
        }
    }

    /// <returns>Nano-dollars; null where there is none of that name, or it was heard of since.</returns>
    /// <exception cref="StoreException">It can be tried again.</exception>
    public async Task<long?> ReleaseAsync(string instance, TimeSpan deadAfter, CancellationToken cancellationToken) =>
        await store.ReleaseAsync(instance, deadAfter, [.. (await SpentAsync(id => id == instance, cancellationToken))[instance]], cancellationToken);

    /// <summary>What a gateway has of budgets and has not said is spent, where that does not go by itself: none of those that roll.</summary>
    /// <exception cref="StoreException">It can be tried again.</exception>
    public async Task<NanoUsd> UnspentAsync(string instance, CancellationToken cancellationToken) =>
        new((await store.LeasesAsync(cancellationToken)).Where(l => l.Instance == instance && !BudgetShare.IsRolling(l.Name)).Sum(static l => Math.Max(0, l.Granted - l.Used)));

    /// <summary>By gateway, of every budget in force here of which it has something unspent; of others nothing is known, and nothing is given back.</summary>
    /// <remarks>Nor of those that roll: what it had of them goes out of the window by itself. Sums of the ledger are dear: without such a budget there are none.</remarks>
    private async Task<ILookup<string, LedgerSpend>> SpentAsync(Func<string, bool> isDead, CancellationToken cancellationToken)
    {
        var unspent = (await store.LeasesAsync(cancellationToken)).Where(l => l.Granted > l.Used && isDead(l.Instance)).ToLookup(static l => l.Name, StringComparer.Ordinal);
        var budgets = book.Statuses().Where(b => !b.IsRolling && Leases(unspent, b).Any()).ToList();
        var rows = await InstanceRows.ReadAsync(ledger, budgets, cancellationToken);
        return budgets
            .SelectMany((b, i) => Leases(unspent, b).Select(l => (l.Instance, Spend: new LedgerSpend(l.Name, l.Span, rows[i].GetValueOrDefault(l.Instance).Value))))
            .ToLookup(static s => s.Instance, static s => s.Spend, StringComparer.Ordinal);
    }

    /// <summary>After what silence; null: never.</summary>
    private static TimeSpan? EndOf(InstanceStatus dead) => dead.Instance.EndsAfter + ShareTimes.Margin;

    private static IEnumerable<Lease> Leases(ILookup<string, Lease> unspent, BudgetStatus budget) => unspent[BudgetShare.NameOf(budget)].Where(l => l.Span == (budget.WindowStart?.UtcTicks ?? 0));
}
