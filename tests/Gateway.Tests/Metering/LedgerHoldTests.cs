using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering;

namespace Gateway.Tests.Metering;

/// <summary>Attempts that were under way when the process died. A death is a copy of the journal's directory, taken while the writer works on the original.</summary>
public sealed class LedgerHoldTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryLedgerStore _store = new();
    private int _deaths;

    public void Dispose() => _directory.Dispose();

    private LedgerOptions Options => Ledgers.Options(_directory);

    [Fact]
    public async Task An_attempt_that_was_open_gets_a_row_in_doubt_and_a_settled_one_does_not()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1)).Should().BeTrue();
        ledger.TryOpen(Held(2)).Should().BeTrue();
        await ledger.AppendAsync(LedgerRows.Row(1), CancellationToken.None);
        var dead = Die();

        await using var next = await Ledgers.StartAsync(_store, dead);

        (await next.Recovered).InDoubt.Should().Be(1);
        _store.Rows.Keys.Should().BeEquivalentTo("a-1", "a-2");
        var row = _store.Rows["a-2"];
        row.UsageSource.Should().Be(UsageSource.InDoubt);
        row.Cost.Should().Be(new NanoUsd(777), "all that was held is charged");
    }

    [Fact]
    public async Task What_is_in_doubt_can_be_released()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1));
        var dead = Die() with { InDoubt = InDoubtPolicy.Release };

        await using var next = await Ledgers.StartAsync(_store, dead);
        await next.Recovered;

        var row = _store.Rows["a-1"];
        row.UsageSource.Should().Be(UsageSource.InDoubt);
        row.Cost.Should().Be(NanoUsd.Zero);
    }

    [Fact]
    public async Task An_attempt_stays_known_when_the_segment_it_began_in_is_used_again()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1_000_001));
        ledger.TryOpen(Held(1_000_002));
        await FillSegmentsAsync(ledger, "x");
        await ledger.AppendAsync(LedgerRows.Row(1_000_001), CancellationToken.None);
        await FillSegmentsAsync(ledger, "y");
        var dead = Die();
        _store.Rows.Keys.Should().NotContain("a-1000002");

        await using var next = await Ledgers.StartAsync(_store, dead);

        (await next.Recovered).InDoubt.Should().Be(1);
        _store.Rows["a-1000002"].UsageSource.Should().Be(UsageSource.InDoubt);
        _store.Rows["a-1000001"].UsageSource.Should().Be(UsageSource.Exact);
    }

    [Fact]
    public async Task A_hold_that_stands_before_imported_rows_is_found()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1));
        await ledger.AppendAsync(LedgerRows.Row(2), CancellationToken.None);
        await ledger.ImportedAsync();
        var dead = Die();

        await using var next = await Ledgers.StartAsync(_store, dead);

        (await next.Recovered).Should().Be(new RecoverySummary(Segments: 1, Rows: 0, Damaged: 0, Unknown: 0, InDoubt: 1));
    }

    [Fact]
    public async Task Dying_again_during_the_recovery_doubles_nothing()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1_000_001));
        await FillSegmentsAsync(ledger, "x");
        ledger.TryOpen(Held(1_000_002));
        var first = Die();
        var second = Die();
        await using (var next = await Ledgers.StartAsync(_store, first))
            (await next.Recovered).InDoubt.Should().Be(2);
        var rows = _store.Rows.Count;

        // As if the one before had been killed after its store had everything and before its journal said so.
        await using var again = await Ledgers.StartAsync(_store, second);
        await again.Recovered;

        _store.Rows.Should().HaveCount(rows);
    }

    [Fact]
    public async Task A_store_that_is_away_delays_the_rows_in_doubt_and_loses_none()
    {
        await using var ledger = await Ledgers.StartAsync(_store, Options);
        ledger.TryOpen(Held(1));
        var dead = Die();
        _store.Failure = new IOException("away");

        await using var next = await Ledgers.StartAsync(_store, dead);
        await Ledgers.EventuallyAsync(() => _store.FailedAttempts > 0, "the store was asked");
        next.Recovered.IsCompleted.Should().BeFalse();
        _store.Failure = null;

        (await next.Recovered).InDoubt.Should().Be(1);
    }

    [Fact]
    public async Task A_clean_stop_leaves_nothing_to_recover()
    {
        await using (var ledger = await Ledgers.StartAsync(_store, Options))
        {
            ledger.TryOpen(Held(1));
            await ledger.AppendAsync(LedgerRows.Row(1), CancellationToken.None);
        }

        await using var next = await Ledgers.StartAsync(_store, Options);

        (await next.Recovered).Should().Be(default(RecoverySummary));
    }

    [Fact]
    public async Task Nothing_is_opened_after_the_stop()
    {
        var ledger = await Ledgers.StartAsync(_store, Options);
        await ledger.StopAsync(CancellationToken.None);

        ledger.TryOpen(Held(1)).Should().BeFalse();
        await ledger.DisposeAsync();
    }

    private static LedgerRow Held(int number) => LedgerRows.Row(number) with { UsageSource = UsageSource.InDoubt, Status = 0, Cost = new(777), Usage = default };

    /// <summary>Several segments' worth of rows, all of them in the store at the end.</summary>
    private async Task FillSegmentsAsync(LedgerWriter ledger, string prefix)
    {
        var bytes = 0;
        for (var i = 0; bytes < 4 * Options.SegmentBytes; i++)
        {
            await ledger.AppendAsync(LedgerRows.Row(i, prefix), CancellationToken.None);
            bytes += 150;
        }
        await ledger.ImportedAsync();
    }

    private LedgerOptions Die()
    {
        var copy = _directory.File($"dead-{++_deaths}.journal");
        Directory.CreateDirectory(copy);
        // Not the lock: a dead process has none.
        foreach (var file in Directory.EnumerateFiles(Options.JournalDirectory).Where(static f => Path.GetFileName(f) is not ("lock" or "pid")))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return Options with { JournalDirectory = copy };
    }
}
