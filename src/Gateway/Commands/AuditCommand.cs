using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering.Audit;

namespace Gateway.Commands;

/// <summary><c>audit</c>: proves the ledger, or says where it does not add up.</summary>
internal static class AuditCommand
{
    /// <summary>The exit code for a ledger with differences.</summary>
    public const int Differs = 3;

    /// <returns>0; 3 where something differs; 1 where the store cannot be read; 2 where the configuration has errors.</returns>
    public static Task<int> RunAsync(ConfigLoader loader, TextWriter @out, TextWriter err, CancellationToken cancellationToken) => StoreCommand.RunAsync(loader, err, async context =>
    {
        await using var entities = EntityStores.Create(context.Config.Store);
        var set = await entities.ReadAllAsync(EntityKinds.All, cancellationToken);
        // What cannot be used of the store's entries no gateway uses either; the gateway's log says so.
        var config = EntityOverlay.Apply(context.Config, set.Entities, TimeProvider.System.GetUtcNow(), out _);
        var snapshot = context.Snapshot(config);
        context.Book.Configure(snapshot.Keys.Values, config.Teams, config.Budgets, [], snapshot.Prompts.Functions);
        var limits = new LimitHistory(config, context.Config, set.Entities, await RaisesAsync(entities, cancellationToken));
        await using var shares = SharedLimits.Create(context.Config);
        var report = await new LedgerAudit(context.Store, context.Book, limits, TimeProvider.System, shares).RunAsync(cancellationToken);
        new AuditText(@out).Write(context.Config.Store.ToString()!, report);
        return report.Differences == 0 ? 0 : Differs;
    });

    /// <summary>Every change of a raise, also of those that were ended.</summary>
    private static async Task<IReadOnlyList<AuditEntry>> RaisesAsync(IEntityStore entities, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>();
        long? before = null;
        do
        {
            var page = await entities.ReadAuditAsync(new AuditQuery(Kind: EntityKinds.Raise, Before: before, Limit: 1000), cancellationToken);
            entries.AddRange(page.Entries);
            before = page.Next;
        }
        while (before is not null);
        return entries;
    }
}
