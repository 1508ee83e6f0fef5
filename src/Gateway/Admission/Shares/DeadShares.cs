using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Metering.Audit;

namespace Gateway.Admission.Shares;

/// <summary>Gives back what dead gateways had of budgets, where somebody said that what is in doubt is free: an operator of one gateway, or the configuration of all.</summary>
/// <param name="ledger">Tells what they spent after they last said so.</param>
internal sealed class DeadShares(IShareStore store, ILedgerReader ledger, AdmissionBook book, LedgerConfig config, ILogger<DeadShares> logger)
{
    /// <summary>With <c>in_doubt: release</c>: of gateways that are silent for longer than <c>in_doubt_after</c>.</summary>
    /// <exception cref="StoreException">It can be tried again.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (config.InDoubt != InDoubtPolicy.Release)
            return;
        foreach (var dead in await store.InstancesAsync(cancellationToken))
        {
            if (dead.Unused > 0 && dead.Now - dead.SeenAt > config.InDoubtAfter && await ReleaseAsync(dead.Instance.Id, config.InDoubtAfter, cancellationToken) is { } freed and > 0)
                ShareLog.Released(logger, dead.Instance.Id, dead.Instance.Host, new(freed));
        }
    }

    /// <returns>Nano-dollars; null where there is none of that name, or it was heard of since.</returns>
    /// <exception cref="StoreException">It can be tried again.</exception>
    public async Task<long?> ReleaseAsync(string instance, TimeSpan deadAfter, CancellationToken cancellationToken) =>
        await store.ReleaseAsync(instance, deadAfter, await SpentAsync(instance, cancellationToken), cancellationToken);

    /// <summary>Of every budget that is in force here; of others nothing is known, and nothing is given back.</summary>
    private async Task<IReadOnlyList<LedgerSpend>> SpentAsync(string instance, CancellationToken cancellationToken)
    {
        var budgets = book.Statuses();
        var rows = await InstanceRows.ReadAsync(ledger, budgets, cancellationToken);
        return [.. budgets.Select((b, i) => new LedgerSpend(BudgetShare.NameOf(b), b.WindowStart?.UtcTicks ?? 0, rows[i].GetValueOrDefault(instance).Value))];
    }
}
