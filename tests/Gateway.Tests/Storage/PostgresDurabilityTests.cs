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
        var acknowledged = 0;
        var refused = false;
        var writing = Task.Run(async () =>
        {
            while (!refused)
            {
                try
                {
                    acknowledged += await store.AppendAsync(LedgerRows.Many(64, $"b{acknowledged / 64}"), CancellationToken.None);
                }
                catch (StoreException)
                {
                    refused = true;
                }
            }
        });
        while (Volatile.Read(ref acknowledged) < 64 * 20)
            await Task.Delay(5);

        await server.KillAsync();
        await writing;
        await server.StartAgainAsync();

        // The batch whose answer the kill took may be there as a whole; writing it again settles that.
        await store.AppendAsync(LedgerRows.Many(64, $"b{acknowledged / 64}"), CancellationToken.None);
        var rows = (await store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests;
        rows.Should().Be(acknowledged + 64);
    }
}
