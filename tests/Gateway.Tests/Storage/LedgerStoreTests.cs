using Gateway.Core.Stores;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Storage;

/// <summary>How every store keeps rows; each has a class that runs these and adds its own.</summary>
public abstract class LedgerStoreTests : LedgerStoreRig
{
    [SkippableFact]
    public async Task Every_member_of_a_row_comes_back()
    {
        // Raw usage, the tier and the rest: all of it, in the store's precision of a microsecond.
        var rows = new[] { LedgerRows.Full() with { Instance = "3f2a" }, LedgerRows.Row(1) with { Team = null, PriceVersion = null, TtftMs = null, User = null, RawUsage = null }, LedgerRows.Row(2) };

        (await Store.AppendAsync(rows, CancellationToken.None)).Should().Be(3);

        (await ReadAsync(new())).Should().BeEquivalentTo(rows.Select(Kept), static o => o.WithStrictOrderingFor(static r => r.AttemptId));
    }

    [SkippableFact]
    public async Task A_value_of_the_row_before_does_not_stick()
    {
        var full = LedgerRows.Full();
        var bare = LedgerRows.Row(3) with { Team = null, User = null, Tags = [], Function = null, RawUsage = null, TtftMs = null };
        LedgerRow[] rows = [full, bare, full with { AttemptId = "again" }, bare with { AttemptId = "bare again" }];

        await Store.AppendAsync(rows, CancellationToken.None);

        (await ReadAsync(new())).Should().BeEquivalentTo(rows.Select(Kept));
    }

    [SkippableFact]
    public async Task Texts_that_grow_and_shrink_from_row_to_row_come_back_as_they_were()
    {
        string?[] texts = ["a", new('\u00e9', 300), "", null, "b", new('c', 64), new('\u4e2d', 1300), "d\u00e9"];
        var rows = LedgerRows.Many(texts.Length).Select((row, i) => row with { User = texts[i], RawUsage = texts[^(i + 1)] }).ToList();

        await Store.AppendAsync(rows, CancellationToken.None);

        (await ReadAsync(new())).Should().BeEquivalentTo(rows.Select(Kept));
    }

    [SkippableFact]
    public async Task Prices_are_kept_as_they_were_first_saved()
    {
        await Store.SavePricesAsync([new("v1", "{ input: 1, output: 2 }"), new("v2", "{ input: 3, output: 4 }")], CancellationToken.None);
        await Store.SavePricesAsync([new("v2", "{ input: 9, output: 9 }"), new("v3", "{ input: 5, output: 6 }")], CancellationToken.None);

        (await Store.PricesAsync(CancellationToken.None)).Should().BeEquivalentTo(
            [new PriceLine("v1", "{ input: 1, output: 2 }"), new PriceLine("v2", "{ input: 3, output: 4 }"), new PriceLine("v3", "{ input: 5, output: 6 }")]);
    }

    [SkippableFact]
    public async Task A_row_is_corrected_once_and_only_while_it_costs_what_it_did()
    {
        await Store.AppendAsync(LedgerRows.Many(3), CancellationToken.None);
        CostCorrection[] corrections =
        [
            new("a-1", LedgerRows.Row(1).Cost, "2026-11-20", new(5), "new"),
            new("a-2", new(123456), "2026-11-20", new(6), "new"),
            new("a-9", new(1), null, new(7), "new"),
        ];

        (await Store.CorrectAsync(corrections, LedgerRows.Start, CancellationToken.None)).Should().Be(1);
        (await Store.CorrectAsync(corrections, LedgerRows.Start, CancellationToken.None)).Should().Be(0, "it costs something else now");

        var rows = (await ReadAsync(new())).ToDictionary(static r => r.AttemptId);
        (rows["a-1"].Cost.Value, rows["a-1"].PriceVersion).Should().Be((5, "new"));
        (await Store.CorrectionsAsync(CancellationToken.None)).Should().Equal(
            new CorrectedRow("a-1", LedgerRows.Row(1).At, "web-app", "growth", null, LedgerRows.Start, LedgerRows.Row(1).Cost, new(5)));
        rows["a-2"].Cost.Should().Be(LedgerRows.Row(2).Cost);
    }

    [SkippableFact]
    public async Task Writing_a_row_again_changes_nothing()
    {
        await Store.AppendAsync(LedgerRows.Many(10), CancellationToken.None);

        var again = LedgerRows.Many(12).Select(static r => r with { Cost = new(999) }).ToArray();
        (await Store.AppendAsync(again, CancellationToken.None)).Should().Be(2);

        var rows = await ReadAsync(new());
        rows.Should().HaveCount(12);
        rows[3].Cost.Should().Be(LedgerRows.Row(3).Cost);
    }

    [SkippableFact]
    public async Task A_row_twice_in_one_batch_is_one_row() =>
        (await Store.AppendAsync([LedgerRows.Row(1), LedgerRows.Row(1)], CancellationToken.None)).Should().Be(1);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Pages_together_hold_every_row_once_in_order(int limit)
    {
        // Many rows of one instant: the cursor must tell them apart.
        var rows = LedgerRows.Many(250).Select(static (r, i) => r with { At = LedgerRows.Start.AddSeconds(i / 100) }).Reverse().ToArray();
        await Store.AppendAsync(rows, CancellationToken.None);

        var read = await ReadAsync(new(), limit);

        read.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems().And.HaveCount(250);
        read.Should().BeInAscendingOrder(static r => r.At);
    }

    [SkippableFact]
    public async Task Pages_stay_complete_while_rows_are_added()
    {
        var there = LedgerRows.Many(300);
        await Store.AppendAsync(there, CancellationToken.None);
        var seen = new List<string>();
        string? cursor = null;
        var added = 0;
        do
        {
            var page = await Store.ReadAsync(new(new(), cursor, 20), CancellationToken.None);
            seen.AddRange(page.Rows.Select(static r => r.AttemptId));
            cursor = page.Next;
            // Before, in the middle of and behind where the reader stands.
            var late = LedgerRows.Many(6, $"late{added}").Select(r => r with { At = LedgerRows.Start.AddMilliseconds(added < 60 ? 50 * (added % 6) : 0) }).ToArray();
            added += await Store.AppendAsync(late, CancellationToken.None);
        }
        while (cursor is not null);

        seen.Should().OnlyHaveUniqueItems();
        there.Select(static r => r.AttemptId).Except(seen).Should().BeEmpty("rows that were there when the reading began are in its pages");
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("' OR 1=1 --")]
    public async Task A_text_that_is_no_cursor_is_refused(string cursor)
    {
        LedgerCursor.TryParse(cursor, out _).Should().BeFalse();

        await Store.Invoking(s => s.ReadAsync(new(new(), cursor), CancellationToken.None).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [SkippableFact]
    public void A_cursor_comes_back_from_its_text()
    {
        var cursor = new LedgerCursor(-1, long.MaxValue);

        LedgerCursor.TryParse(cursor.ToString(), out var read).Should().BeTrue();
        read.Should().Be(cursor);
    }

    [SkippableFact]
    public async Task A_query_that_was_cancelled_says_so()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Store.Invoking(s => s.AppendAsync([LedgerRows.Row(1)], gone.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();
        (await ReadAsync(new())).Should().BeEmpty();
    }
}
