using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;
using Gateway.Metering.Journal;
using Gateway.Storage.Sqlite;

namespace Gateway.Commands;

/// <summary><c>backup</c> and <c>restore</c> of the embedded store. PostgreSQL has tools of its own for that.</summary>
internal static class BackupCommand
{
    private const string Elsewhere = "The store is on PostgreSQL: use its own tools (pg_dump, pg_restore, or archiving of its write-ahead log).";

    /// <returns>0; 1 where the store cannot be read or the file not be written; 2 where the configuration has errors, or names no SQLite store.</returns>
    public static Task<int> BackupAsync(ConfigLoader loader, string to, TextWriter @out, TextWriter err, CancellationToken cancellationToken) => StoreCommand.RunAsync(loader, err, async context =>
    {
        if (context.Store is not SqliteLedgerStore store) return Refuse(err);
        await store.BackupAsync(to, cancellationToken);
        await using var copy = new SqliteLedgerStore(to);
        @out.WriteLine($"{to}: {await SummaryAsync(copy, cancellationToken)}");
        @out.WriteLine("Rows of the last half second may still be in the journal of a gateway that runs.");
        return 0;
    });

    /// <returns>As <see cref="BackupAsync"/>.</returns>
    public static Task<int> RestoreAsync(ConfigLoader loader, string from, TextWriter @out, TextWriter err, CancellationToken cancellationToken) => StoreCommand.RunAsync(loader, err, async context =>
    {
        if (context.Config.Store is not SqliteAddress address) return Refuse(err);
        // The gateway holds this as long as it runs: a database is not replaced under it.
        using var alone = DirectoryLock.Take(LedgerStores.JournalDirectory(address, context.Config.Ledger));
        var aside = await SqliteRestore.RunAsync(from, address.Path, TimeProvider.System.GetUtcNow(), cancellationToken);
        await using var restored = new SqliteLedgerStore(address.Path);
        @out.WriteLine($"{address.Path}: {await SummaryAsync(restored, cancellationToken)}");
        if (aside is not null) @out.WriteLine($"What was there before is {aside}.");
        @out.WriteLine("Rows that a killed gateway left in the journal are imported at the next start.");
        return 0;
    });

    private static async Task<string> SummaryAsync(SqliteLedgerStore store, CancellationToken cancellationToken)
    {
        var sums = await store.SumAsync(new UsageQuery(new LedgerFilter(), []), cancellationToken);
        return sums.Count == 0 ? "0 rows" : $"{sums[0].Requests} rows, ${sums[0].Cost}";
    }

    private static int Refuse(TextWriter err)
    {
        err.WriteLine(Elsewhere);
        return CheckCommand.Invalid;
    }
}
