using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>kill -9 while settled rows are on their way from the journal into the store (M2): before they are committed, in the middle of the flush, and after the commit that nobody has heard of.</summary>
[Collection(Alone.Name)]
public sealed class KillCommitTests(ITestOutputHelper output)
{
    private const int Before = 5, Waiting = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static readonly long s_limit = (Before + Waiting + 8) * BoundGateway.Price;

    [SkippableTheory]
    [InlineData(Fate.Hold)]
    [InlineData(Fate.Halve)]
    [InlineData(Fate.Swallow)]
    public async Task Rows_that_PostgreSQL_has_or_has_not_at_the_kill_are_there_once_afterwards(Fate fate)
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Postgres, s_limit);
        await bound.AskAllAsync("before", Before);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(Before);
        bound.Between.Fault = BoundGateway.InsertFault(fate);
        await bound.AskAllAsync("waiting", Waiting);
        await Eventually.TrueAsync(() => bound.Between.Marked > 0, Soon, static () => "the rows to be on their way");
        if (fate == Fate.Swallow)
            // All of them, in one transaction or several; of none the gateway knows.
            await Eventually.TrueAsync(async () => await bound.StoredRowsAsync() == Before + Waiting, Soon, static () => "the commit");

        await bound.Gateway.KillAsync();
        (await bound.StoredRowsAsync()).Should().Be(fate == Fate.Swallow ? Before + Waiting : Before);
        bound.Between.Fault = Fault.None;

        await RequireTruthAfterAsync(bound);
    }

    [Fact]
    public async Task Rows_that_a_locked_SQLite_did_not_take_before_the_kill_are_there_once_afterwards()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, s_limit);
        await bound.AskAllAsync("before", Before);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(Before);
        await using (await bound.HoldRowsBackAsync())
        {
            await bound.AskAllAsync("waiting", Waiting);
            await Eventually.TrueAsync(() => bound.Gateway.Output.Contains("the store takes no rows", StringComparison.Ordinal), Soon, static () => "a write that failed");
            await bound.Gateway.KillAsync();
            (await bound.StoredRowsAsync()).Should().Be(Before);
        }

        await RequireTruthAfterAsync(bound);
    }

    /// <summary>A commit that the journal has not heard of: the journal of before it, beside the database of after it.</summary>
    [Fact]
    public async Task Rows_that_SQLite_committed_just_before_the_kill_are_not_imported_twice()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, s_limit);
        await bound.AskAllAsync("before", Before);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(Before);
        var journal = bound.Gateway.Folder.File("gateway.db.journal");
        await using (await bound.HoldRowsBackAsync())
        {
            await bound.AskAllAsync("waiting", Waiting);
            await bound.Gateway.KillAsync();
        }
        var kept = Directory.GetFiles(journal, "*.seg").ToDictionary(static f => f, File.ReadAllBytes);
        kept.Should().NotBeEmpty();
        await bound.Gateway.StartAsync();
        await bound.Gateway.KillAsync();
        foreach (var (segment, bytes) in kept)
            await File.WriteAllBytesAsync(segment, bytes);
        foreach (var newer in Directory.GetFiles(journal, "*.seg").Except(kept.Keys))
            File.Delete(newer);
        (await bound.StoredRowsAsync()).Should().Be(Before + Waiting, "the commit was made");

        await RequireTruthAfterAsync(bound);
        bound.Gateway.Output.Split("rows of a former process imported").Should().HaveCount(3, "both starts found rows in the journal");
    }

    /// <summary>Starts again, spends what is left, and compares.</summary>
    private async Task RequireTruthAfterAsync(BoundGateway bound)
    {
        await bound.Gateway.StartAsync();
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(Before + Waiting).And.OnlyContain(static r => r.UsageSource == "exact", "all of them were answered");
        var more = await bound.SpendAllAsync("after");
        var books = await bound.RequireTruthAsync();
        output.WriteLine($"{books.Compared} compared with the bill, {more} of them after the restart");
        books.Compared.Should().Be(Before + Waiting + more).And.Be(bound.Acknowledged.Count);
        more.Should().BeInRange(1, 8, "what was spent before the kill is spent after it");
    }
}
