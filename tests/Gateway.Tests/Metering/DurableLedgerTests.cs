using System.Diagnostics;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Storage.Sqlite;
using Xunit.Abstractions;

namespace Gateway.Tests.Metering;

public sealed class DurableLedgerTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private LedgerOptions Options => Ledgers.Options(_directory) with { WaitForDisk = true, SegmentBytes = 1024 * 1024, Linger = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task An_append_completes_after_a_flush_and_without_waiting_for_the_store()
    {
        var store = new MemoryLedgerStore { Failure = new StoreException("down") };
        await using var ledger = await Ledgers.StartAsync(store, Options);

        await ledger.AppendAsync(LedgerRows.Row(1), CancellationToken.None);

        ledger.QueueLength.Should().Be(1);
        store.Failure = null;
    }

    [Fact]
    public async Task Many_at_once_share_their_flushes()
    {
        const int clients = 64, each = 100;
        await using var store = new SqliteLedgerStore(_directory.File("gateway.db"));
        await using var ledger = await Ledgers.StartAsync(store, Options);

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => ledger.AppendAsync(LedgerRows.Many(each, $"c{c}")))));
        var elapsed = watch.Elapsed;
        await ledger.ImportedAsync();

        output.WriteLine($"sync: always: {clients * each / elapsed.TotalSeconds:N0} rows/s settled by {clients} clients, each waiting for the disk");
        (await store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests.Should().Be(clients * each);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_the_row_is_kept()
    {
        var store = new MemoryLedgerStore();
        await using (var ledger = await Ledgers.StartAsync(store, Options))
        {
            using var gone = new CancellationTokenSource();
            await gone.CancelAsync();
            await ledger.Invoking(l => l.AppendAsync(LedgerRows.Row(1), gone.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();
            ledger.Dropped.Should().Be(0);
        }

        store.Rows.Should().ContainKey("a-1");
    }
}
