using Gateway.Metering;
using Gateway.Metering.Journal;
using Gateway.Storage.Sqlite;

namespace Gateway.Tests.Metering;

public sealed class LedgerRecoveryTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryLedgerStore _store = new();

    public void Dispose() => _directory.Dispose();

    private LedgerOptions Options => Ledgers.Options(_directory);

    [Fact]
    public async Task Rows_of_a_process_that_died_are_imported_at_the_next_start()
    {
        LeaveBehind(700);
        var log = new EventLog();

        await using var ledger = await Ledgers.StartAsync(_store, Options, log);
        var found = await ledger.Recovered;

        found.Rows.Should().Be(700);
        found.Segments.Should().BeGreaterThan(1);
        found.Damaged.Should().Be(0);
        _store.Rows.Should().HaveCount(700);
        await Ledgers.EventuallyAsync(() => log.Entries.Any(static e => e.Id == LedgerEventIds.Recovered), "what was recovered is logged");
    }

    [Fact]
    public async Task A_row_that_is_in_the_store_already_is_not_doubled()
    {
        await using var store = new SqliteLedgerStore(_directory.File("gateway.db"));
        await store.MigrateAsync(CancellationToken.None);
        await store.AppendAsync(LedgerRows.Many(400), CancellationToken.None);
        LeaveBehind(700);

        await using var ledger = await Ledgers.StartAsync(store, Options);
        await ledger.Recovered;

        var sum = (await store.SumAsync(new(new(), []), CancellationToken.None)).Single();
        sum.Requests.Should().Be(700);
        sum.Cost.Value.Should().Be(LedgerRows.Many(700).Sum(static r => r.Cost.Value));
    }

    [Fact]
    public async Task What_was_imported_before_the_death_is_not_read_again()
    {
        LeaveBehind(100, imported: 60);

        await using var ledger = await Ledgers.StartAsync(_store, Options);

        (await ledger.Recovered).Rows.Should().Be(40);
        _store.Rows.Keys.Should().BeEquivalentTo(Enumerable.Range(60, 40).Select(static i => $"a-{i}"));
    }

    [Fact]
    public async Task Records_of_an_unknown_kind_or_version_are_skipped_and_counted()
    {
        using (var journal = MappedJournal.Open(Options, static () => { }))
        {
            journal.TryAppend(RowCodec.Encode(LedgerRows.Row(1), new byte[JournalFormat.MaxRecord]));
            journal.TryAppend(Record(JournalRecordKind.Hold, 1));
            journal.TryAppend(Record((JournalRecordKind)200, 1));
            journal.TryAppend(Record(JournalRecordKind.SettledRow, 99));
            journal.TryAppend(RowCodec.Encode(LedgerRows.Row(2), new byte[JournalFormat.MaxRecord]));
        }

        await using var ledger = await Ledgers.StartAsync(_store, Options);

        (await ledger.Recovered).Should().Be(new RecoverySummary(Segments: 1, Rows: 2, Damaged: 0, Unknown: 3));
        _store.Rows.Keys.Should().BeEquivalentTo("a-1", "a-2");
    }

    [Fact]
    public async Task A_gateway_has_the_same_name_at_every_start_and_its_rows_say_it()
    {
        string name;
        await using (var first = await Ledgers.StartAsync(_store, Options))
            name = first.Instance;
        LeaveBehind(1);

        await using var second = await Ledgers.StartAsync(_store, Options);
        await second.Recovered;

        second.Instance.Should().Be(name).And.MatchRegex("^[0-9a-f]{12}$");
        _store.Rows.Values.Should().ContainSingle().Which.Instance.Should().Be(name);
    }

    [Fact]
    public async Task A_name_that_was_damaged_is_replaced()
    {
        Directory.CreateDirectory(Options.JournalDirectory);
        await File.WriteAllTextAsync(Path.Combine(Options.JournalDirectory, "instance"), "");

        await using var ledger = await Ledgers.StartAsync(_store, Options);

        ledger.Instance.Should().MatchRegex("^[0-9a-f]{12}$");
    }

    [Fact]
    public async Task New_rows_are_taken_while_old_ones_wait_for_the_store()
    {
        LeaveBehind(300);
        _store.Failure = new IOException("away");

        var ledger = await Ledgers.StartAsync(_store, Options);
        await ledger.AppendAsync(LedgerRows.Many(300, "new"));
        ledger.Recovered.IsCompleted.Should().BeFalse();
        _store.Failure = null;
        await ledger.DisposeAsync();

        (await ledger.Recovered).Rows.Should().Be(300);
        _store.Rows.Should().HaveCount(600);
    }

    [Fact]
    public async Task A_journal_left_full_does_not_keep_a_process_from_starting()
    {
        var tight = Options with { MaxJournalBytes = 2 * Options.SegmentBytes };
        using (var journal = MappedJournal.Open(tight, static () => { }))
        {
            journal.Provision();
            while (journal.TryAppend(RowCodec.Encode(LedgerRows.Row((int)journal.Appended), new byte[JournalFormat.MaxRecord])))
            {
            }
        }

        await using var ledger = await Ledgers.StartAsync(_store, tight);
        var found = await ledger.Recovered;
        await ledger.AppendAsync(LedgerRows.Row(0, "new"), CancellationToken.None);
        await ledger.ImportedAsync();

        _store.Rows.Should().HaveCount((int)found.Rows + 1);
        await Ledgers.EventuallyAsync(() => ledger.IsAvailable, "there is room again");
    }

    private static ReadOnlySpan<byte> Record(JournalRecordKind kind, byte version)
    {
        var record = new RecordWriter(new byte[JournalFormat.MaxRecord], kind, version);
        record.Text("whatever a later version writes", LedgerLimits.Name);
        return record.Finish();
    }

    /// <summary>The files as they are after a kill: the journal is let go, nothing is imported but the first rows.</summary>
    private void LeaveBehind(int rows, int imported = 0)
    {
        using var journal = MappedJournal.Open(Options, static () => { });
        var buffer = new byte[JournalFormat.MaxRecord];
        foreach (var row in LedgerRows.Many(rows))
        {
            journal.Provision().Should().BeNull();
            journal.TryAppend(RowCodec.Encode(row, buffer)).Should().BeTrue();
        }
        if (imported == 0)
            return;
        var segment = journal.Oldest();
        var reader = segment.Read(segment.Imported, segment.End);
        for (var i = 0; i < imported; i++)
            reader.TryRead(out _).Should().BeTrue();
        segment.MarkImported(reader.Offset);
    }
}
