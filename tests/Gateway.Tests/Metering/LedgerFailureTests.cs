using Gateway.Core.Stores;
using Gateway.Metering;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Metering;

public sealed class LedgerFailureTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryLedgerStore _store = new();
    private readonly EventLog _log = new();

    public void Dispose() => _directory.Dispose();

    private LedgerOptions Options => Ledgers.Options(_directory);

    private LedgerOptions Tight => Options with { MaxJournalBytes = 2 * Options.SegmentBytes, Interval = TimeSpan.FromMilliseconds(50) };

    public static TheoryData<Exception> Failures => new()
    {
        new StoreException("The store cannot grow: the disk is full."),
        new IOException("no space left on device"),
        new InvalidOperationException("a bug"),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Rows_wait_in_the_journal_while_the_store_fails_and_arrive_when_it_works_again(Exception failure)
    {
        _store.Failure = failure;
        await using var ledger = await Ledgers.StartAsync(_store, Options, _log);
        await ledger.AppendAsync(LedgerRows.Many(500));

        await Ledgers.EventuallyAsync(() => _store.FailedAttempts >= 2, "the write is tried again");
        ledger.QueueLength.Should().Be(500);
        ledger.IsAvailable.Should().BeTrue("the journal has room");
        _store.Failure = null;
        await ledger.ImportedAsync();

        _store.Rows.Should().HaveCount(500);
        _store.Duplicates.Should().Be(0);
        _log.Entries.Should().Contain(static e => e.Id == LedgerEventIds.StoreFailed && e.Level == LogLevel.Error);
        await Ledgers.EventuallyAsync(() => _log.Entries.Any(static e => e.Id == LedgerEventIds.StoreWorksAgain), "the recovery is logged");
    }

    [Fact]
    public async Task A_full_journal_refuses_new_work_but_keeps_what_was_admitted()
    {
        _store.Failure = new StoreException("down");
        await using var ledger = await Ledgers.StartAsync(_store, Tight, _log);
        await Ledgers.EventuallyAsync(() => Directory.GetFiles(Tight.JournalDirectory, "*.seg").Length == 2, "the spare is made");
        var rows = 0;
        while (ledger.IsAvailable)
            await ledger.AppendAsync(LedgerRows.Row(rows++), CancellationToken.None);

        // Requests that were under way when the door closed still have a whole segment.
        for (var i = 0; i < 100; i++)
            await ledger.AppendAsync(LedgerRows.Row(rows++), CancellationToken.None);

        var waiting = new List<Task>();
        while (waiting.Count < 10)
        {
            var append = ledger.AppendAsync(LedgerRows.Row(rows++), CancellationToken.None).AsTask();
            if (!append.IsCompleted)
                waiting.Add(append);
        }
        _store.Failure = null;
        await Task.WhenAll(waiting);
        await ledger.ImportedAsync();

        _store.Rows.Should().HaveCount(rows);
        ledger.Dropped.Should().Be(0);
        await Ledgers.EventuallyAsync(() => ledger.IsAvailable, "there is room again");
    }

    [Fact]
    public async Task A_row_whose_wait_for_room_is_given_up_is_counted_and_named()
    {
        _store.Failure = new StoreException("down");
        await using var ledger = await Ledgers.StartAsync(_store, Tight, _log);
        using var impatience = new CancellationTokenSource();
        Task append;
        // An append that waits only until the next segment is made is none of those meant here: there may still be one.
        for (var i = 0; (append = ledger.AppendAsync(LedgerRows.Row(i), impatience.Token).AsTask()).IsCompleted || ledger.IsAvailable; i++)
            await append;

        await impatience.CancelAsync();

        await append.Invoking(static a => a).Should().ThrowAsync<OperationCanceledException>();
        ledger.Dropped.Should().Be(1);
        _log.Entries.Should().Contain(static e => e.Id == LedgerEventIds.RowDropped && e.Level == LogLevel.Critical && e.Text.Contains("a-"));
        _store.Failure = null;
    }

    [Fact]
    public async Task A_disk_that_has_no_room_for_another_segment_closes_admission_until_it_has()
    {
        // A directory where the next segment should be: it cannot be made, as on a full disk.
        var inTheWay = Path.Combine(Tight.JournalDirectory, "journal-000002.seg");
        await using var ledger = await StartWithObstacleAsync(inTheWay);
        await Ledgers.EventuallyAsync(() => !ledger.IsAvailable, "without a second segment nothing new may start");
        // The writer closes admission first and says so after.
        await Ledgers.EventuallyAsync(() => _log.Entries.Any(static e => e.Id == LedgerEventIds.JournalCannotGrow && e.Level == LogLevel.Error), "it is logged");
        await ledger.AppendAsync(LedgerRows.Many(10));
        await ledger.ImportedAsync();
        _store.Rows.Should().HaveCount(10, "what was admitted is kept");

        Directory.Delete(inTheWay);
        await ledger.AppendAsync(LedgerRows.Row(11), CancellationToken.None);

        await Ledgers.EventuallyAsync(() => ledger.IsAvailable, "the segment can be made now");
    }

    [Fact]
    public async Task A_stop_while_the_store_is_away_ends_and_leaves_the_rows_for_the_next_start()
    {
        _store.Failure = new StoreException("down");
        var ledger = await Ledgers.StartAsync(_store, Options, _log);
        await ledger.AppendAsync(LedgerRows.Many(50));
        using var deadline = new CancellationTokenSource();
        await deadline.CancelAsync();

        await ledger.StopAsync(deadline.Token);
        await ledger.DisposeAsync();

        _log.Entries.Should().Contain(static e => e.Id == LedgerEventIds.RowsLeft);
        _store.Failure = null;
        await using var next = await Ledgers.StartAsync(_store, Options);
        (await next.Recovered).Rows.Should().Be(50);
        _store.Rows.Should().HaveCount(50);
    }

    private async Task<LedgerWriter> StartWithObstacleAsync(string inTheWay)
    {
        Directory.CreateDirectory(inTheWay);
        return await Ledgers.StartAsync(_store, Tight, _log);
    }
}
