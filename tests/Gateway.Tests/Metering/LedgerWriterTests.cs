using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Metering.Journal;
using Gateway.Storage.Sqlite;

namespace Gateway.Tests.Metering;

public sealed class LedgerWriterTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryLedgerStore _store = new();

    public void Dispose() => _directory.Dispose();

    private LedgerOptions Options => Ledgers.Options(_directory);

    [Fact]
    public async Task A_row_appended_is_a_row_in_the_store()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);

        var append = ledger.AppendAsync(LedgerRows.Full(), CancellationToken.None);

        append.IsCompletedSuccessfully.Should().BeTrue("outside of `always` nothing waits");
        await ledger.ImportedAsync();
        _store.Rows.Values.Should().ContainSingle().Which.Should().BeEquivalentTo(LedgerRows.Full() with { Instance = ledger.Instance });
        ledger.QueueLength.Should().Be(0);
    }

    [Fact]
    public async Task Eighty_thousand_rows_of_eight_threads_arrive_once_each()
    {
        const int threads = 8, rows = 10_000;
        var options = Options with { SegmentBytes = 1024 * 1024, MaxJournalBytes = 8 * 1024 * 1024 };
        await using var ledger = await Ledgers.StartAsync(_store, options);

        await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Run(() => ledger.AppendAsync(LedgerRows.Many(rows, $"t{t}")))));

        await ledger.ImportedAsync();
        _store.Rows.Should().HaveCount(threads * rows);
        _store.Duplicates.Should().Be(0);
        _store.Rows["t3-777"].Should().BeEquivalentTo(LedgerRows.Row(777, "t3") with { Instance = ledger.Instance });
        ledger.Dropped.Should().Be(0);
        ledger.QueueLength.Should().Be(0);
    }

    [Fact]
    public async Task Rows_come_without_anybody_asking_for_them()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        for (var i = 0; i < 20; i++)
        {
            // From idle again and again: a wake-up that is lost even once leaves a row behind.
            await ledger.AppendAsync(LedgerRows.Row(i), CancellationToken.None);
            await Ledgers.EventuallyAsync(() => _store.Rows.Count == i + 1, $"row {i} should arrive by itself");
        }
    }

    [Fact]
    public async Task Stopping_brings_everything_into_the_store()
    {
        var ledger = await Ledgers.StartAsync(_store, Options with { Linger = TimeSpan.FromMinutes(5), Interval = TimeSpan.FromMinutes(5) });
        await ledger.AppendAsync(LedgerRows.Many(5_000));

        await ledger.DisposeAsync();

        _store.Rows.Should().HaveCount(5_000);
        ledger.IsAvailable.Should().BeFalse();
    }

    [Fact]
    public async Task A_row_that_comes_after_the_stop_waits_in_the_journal_for_the_next_start()
    {
        var ledger = await Ledgers.StartAsync(_store, Options);
        await ledger.StopAsync(CancellationToken.None);
        await ledger.AppendAsync(LedgerRows.Row(1), CancellationToken.None);
        await ledger.DisposeAsync();
        _store.Rows.Should().BeEmpty();

        await using var next = await Ledgers.StartAsync(_store, Options);
        (await next.Recovered).Rows.Should().Be(1);
        _store.Rows.Should().ContainKey("a-1");
    }

    [Fact]
    public async Task The_files_stay_few_and_the_rows_many()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        for (var round = 0; round < 20; round++)
        {
            await ledger.AppendAsync(LedgerRows.Many(500, $"r{round}"));
            await ledger.ImportedAsync();
        }

        _store.Rows.Should().HaveCount(10_000);
        Directory.GetFiles(Options.JournalDirectory, "*.seg").Length.Should().BeLessThan(12, "4 MB of rows went through segments of 64 KiB");
    }

    [Fact]
    public async Task Waiting_for_the_import_has_an_end()
    {
        _store.Failure = new StoreException("down");
        var ledger = await Ledgers.StartAsync(_store, Options);
        await ledger.AppendAsync(LedgerRows.Row(1), CancellationToken.None);

        (await ledger.WaitImportedAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None)).Should().BeFalse();

        _store.Failure = null;
        await ledger.DisposeAsync();
        _store.Rows.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(4096, 1 << 20)]
    [InlineData(64 * 1024 + 1, 1 << 20)]
    [InlineData(64 * 1024, 64 * 1024)]
    public async Task Sizes_that_cannot_work_are_refused(int segmentBytes, long maxBytes)
    {
        var start = () => Ledgers.StartAsync(_store, Options with { SegmentBytes = segmentBytes, MaxJournalBytes = maxBytes });

        await start.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_second_ledger_on_the_same_store_is_refused()
    {
        await using var store = new SqliteLedgerStore(_directory.File("gateway.db"));
        await using var ledger = await Ledgers.StartAsync(store, Options);

        var second = () => Ledgers.StartAsync(store, Options);

        await second.Should().ThrowAsync<StoreException>().WithMessage("*in use by*");
    }

    [Fact]
    public void The_longest_record_fits_into_the_smallest_segment() =>
        new LedgerOptions { JournalDirectory = "x", SegmentBytes = 64 * 1024 }.Invoking(static o => o.Validate()).Should().NotThrow();

    [Fact]
    public void All_limits_together_stay_below_the_longest_record()
    {
        const int names = 11, prefixes = 2 * 13, numbers = 15 * 10 + 3 * 8 + 3, tags = 4 * LedgerLimits.Tags + 1;

        (JournalFormat.RecordHeader + names * LedgerLimits.Name + prefixes + numbers + tags + LedgerLimits.User + LedgerLimits.RawUsage)
            .Should().BeLessThanOrEqualTo(JournalFormat.MaxRecord);
    }
}
