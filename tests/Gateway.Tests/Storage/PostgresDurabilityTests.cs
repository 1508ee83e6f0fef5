using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.Tests.Metering;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

/// <summary>On a server of its own, with the settings a server has by default, because it is killed.</summary>
public sealed class PostgresDurabilityTests
{
    [SkippableFact]
    public async Task Acknowledged_rows_are_there_after_the_server_was_killed()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var store = new PostgresLedgerStore(await server.EmptyDatabaseAsync("gateway_test_durability"));
        await store.MigrateAsync(CancellationToken.None);
        var batches = 0;
        using var killed = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!killed.IsCancellationRequested)
                if (await IsTakenAsync(store, batches)) Interlocked.Increment(ref batches);
        });
        await Ledgers.EventuallyAsync(() => Volatile.Read(ref batches) >= 20, "a server that runs takes batches");

        await server.KillAsync();
        await killed.CancelAsync();
        await writing;
        await server.StartAgainAsync();

        // The batch whose answer the kill took may be there as a whole; writing it again settles that.
        // So does a second try where the writer's last session is found dead only now.
        if (!await IsTakenAsync(store, batches)) (await IsTakenAsync(store, batches)).Should().BeTrue();
        var rows = (await store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests;
        rows.Should().Be((batches + 1) * 64);
    }

    /// <summary>False: the server was killed, or its disk is slow. The same batch is to be sent again, as the ledger's writer does.</summary>
    private static async Task<bool> IsTakenAsync(PostgresLedgerStore store, int batch)
    {
        try
        {
            await store.AppendAsync(LedgerRows.Many(64, $"b{batch}"), CancellationToken.None);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
