using Gateway.Core.Stores;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Storage;

/// <summary>How every store adds rows up.</summary>
public abstract class LedgerSumTests : LedgerStoreRig
{
    public static TheoryData<LedgerFilter, string[]> Filters => new()
    {
        { new(Key: "k2"), ["2"] },
        { new(Team: "t3"), ["3"] },
        { new(Model: "m1"), ["1"] },
        { new(Provider: "p2"), ["2"] },
        { new(From: LedgerRows.Start.AddHours(2)), ["2", "3"] },
        { new(To: LedgerRows.Start.AddHours(2)), ["1"] },
        { new(From: LedgerRows.Start.AddHours(1), To: LedgerRows.Start.AddHours(3)), ["1", "2"] },
        { new(Key: "k2", Team: "t3"), [] },
        { new() { Teams = ["t1", "t3"] }, ["1", "3"] },
        { new(Team: "t1") { Teams = ["t2", "t3"] }, [] },
        { new(Key: "k2") { Teams = ["t2"] }, ["2"] },
        { new() { Teams = ["t%", "' OR 1=1 --", "nul\0"] }, [] },
        { new() { Teams = [] }, [] },
        { new(Key: "k%"), [] },
        { new(Key: "' OR 1=1 --"), [] },
    };

    [SkippableTheory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_selects_its_rows_in_pages_and_in_sums(LedgerFilter filter, string[] expected)
    {
        await Store.AppendAsync([.. Enumerable.Range(1, 3).Select(static i => LedgerRows.Row(i) with
        {
            AttemptId = $"{i}", Key = $"k{i}", Team = $"t{i}", Model = $"m{i}", Provider = $"p{i}", At = LedgerRows.Start.AddHours(i),
        })], CancellationToken.None);

        (await ReadAsync(filter)).Select(static r => r.AttemptId).Should().Equal(expected);
        var sums = await Store.SumAsync(new(filter, []), CancellationToken.None);
        sums.Sum(static s => s.Requests).Should().Be(expected.Length);
    }

    [SkippableFact]
    public async Task Sums_of_every_set_of_dimensions_are_the_sums_of_the_rows()
    {
        var random = new Random(7);
        var rows = LedgerRows.Many(400).Select(r => r with
        {
            Key = $"k{random.Next(3)}",
            Team = random.Next(3) is var t && t == 0 ? null : $"t{t}",
            Model = $"m{random.Next(2)}",
            Status = random.Next(2) == 0 ? 200 : 502,
            User = random.Next(2) == 0 ? null : "u",
            Function = random.Next(3) == 0 ? null : $"f{random.Next(2)}",
            At = LedgerRows.Start.AddHours(random.Next(72)),
            Provider = $"p{random.Next(2)}",
            Usage = new() { Input = random.Next(100), CacheRead = 1, CacheWrite = 2, CacheWriteHour = 3, InputAudio = 4, InputImage = 5, Output = 6, Reasoning = 7, OutputAudio = 8, OutputImage = 9, Calls = 10 },
            Cost = new(random.NextInt64(1_000_000_000)),
            Saved = random.Next(3) == 0 ? new(random.NextInt64(1_000)) : null,
        }).ToArray();
        await Store.AppendAsync(rows, CancellationToken.None);
        var dimensions = Enum.GetValues<UsageDimension>().Where(static d => d != UsageDimension.Tag).ToArray();

        for (var set = 0; set < 1 << dimensions.Length; set += random.Next(1, 17))
        {
            var groupBy = dimensions.Where((_, i) => (set & (1 << i)) != 0).ToArray();
            var sums = await Store.SumAsync(new(new(), groupBy), CancellationToken.None);

            var expected = rows.GroupBy(r => string.Join('|', groupBy.Select(d => Value(r, d) ?? "<null>")))
                .Select(static g => $"{g.Key}: {g.Count()} {g.Sum(static r => r.Usage.Input)} {g.Sum(static r => r.Usage.Total)} {g.Sum(static r => r.Usage.Calls)} {g.Sum(static r => r.Cost.Value)} {g.Count(static r => r.Saved is not null)} {g.Sum(static r => r.Saved?.Value ?? 0)}");
            sums.Select(static s => $"{string.Join('|', s.Group.Select(static v => v ?? "<null>"))}: {s.Requests} {s.Usage.Input} {s.Usage.Total} {s.Usage.Calls} {s.Cost.Value} {s.CacheHits} {s.Saved.Value}")
                .Order(StringComparer.Ordinal).Should().Equal(expected.Order(StringComparer.Ordinal), $"grouped by {string.Join(", ", groupBy)}");
        }
    }

    /// <summary>M19: what was used in any span of days is the same when the rows are gone.</summary>
    [SkippableFact]
    public async Task Rows_that_are_added_up_by_day_change_no_sum_over_days()
    {
        var random = new Random(11);
        var rows = LedgerRows.Many(3000).Select(r => r with
        {
            Key = $"k{random.Next(3)}",
            Team = random.Next(3) is var t && t == 0 ? null : $"t{t}",
            Instance = random.Next(2) == 0 ? null : "3f2a",
            Function = "f",
            At = LedgerRows.Start.AddHours(random.Next(24 * 6)),
            Cost = new(random.NextInt64(1_000_000_000)),
        }).ToArray();
        await Store.AppendAsync(rows, CancellationToken.None);
        UsageDimension[] groups = [UsageDimension.Key, UsageDimension.Team, UsageDimension.Model, UsageDimension.Day, UsageDimension.Instance];
        var day = new DateTimeOffset(LedgerRows.Start.AddDays(3).UtcDateTime.Date, TimeSpan.Zero);
        UsageQuery[] queries = [new(new(), groups), new(new(), []), new(new(From: day.AddDays(-1)), [UsageDimension.Key]), new(new(To: day.AddDays(1), Team: "t1"), [UsageDimension.Day])];
        var before = new List<string>();
        foreach (var query in queries)
            before.AddRange((await Store.SumAsync(query, CancellationToken.None)).Select(Told));

        var (old, moved, batches) = (rows.Count(r => r.At < day), 0, 0);
        int batch;
        do
        {
            moved += batch = await Store.CompactAsync(day, 400, CancellationToken.None);
            batches++;
        }
        while (batch == 400);

        (moved, batches).Should().Be((old, (old / 400) + 1));
        (await ReadAsync(new())).Should().HaveCount(rows.Length - old).And.OnlyContain(r => r.At >= day);
        var after = new List<string>();
        foreach (var query in queries)
            after.AddRange((await Store.SumAsync(query, CancellationToken.None)).Select(Told));
        after.Should().Equal(before);
        (await Store.SumAsync(new(new(), []) { RowsOnly = true }, CancellationToken.None)).Single().Requests.Should().Be(rows.Length - old);
        var functions = await Store.SumAsync(new(new(), [UsageDimension.Function]), CancellationToken.None);
        functions.Select(static s => (s.Group[0], s.Requests)).Should().Equal((null, old), ("f", rows.Length - old));
        functions.Sum(static s => s.Cost.Value).Should().Be(rows.Sum(static r => r.Cost.Value), "days have no functions, and their cost all the same");
        (await Store.CompactAsync(day, 400, CancellationToken.None)).Should().Be(0);

        static string Told(UsageSum s) => $"{string.Join('|', s.Group)}: {s.Requests} {s.Usage.Input} {s.Usage.Output} {s.Cost.Value}";
    }

    [SkippableFact]
    public async Task A_row_counts_once_under_each_of_its_tags_and_under_null_without_any()
    {
        // Quotes, and what JSON escapes; b before a: the answer is in the tags' order, not in the rows'.
        string[][] tags = [["b", "a"], ["a"], [], ["b", "b"], ["b\"c", "é\\"], ["1"], ["null"]];
        await Store.AppendAsync([.. tags.Select(static (t, i) => LedgerRows.Row(i + 1) with { Tags = t, Cost = new(1L << i) })], CancellationToken.None);

        var sums = await Store.SumAsync(new(new(), [UsageDimension.Tag]), CancellationToken.None);

        sums.Select(static s => (s.Group[0], s.Requests, s.Cost.Value)).Should().Equal(
            (null, 1, 4), ("1", 1, 32), ("a", 2, 3), ("b", 2, 9), ("b\"c", 1, 16), ("null", 1, 64), ("é\\", 1, 16));
    }

    [SkippableFact]
    public async Task Tags_go_with_filters_and_with_other_dimensions()
    {
        await Store.AppendAsync(
            [LedgerRows.Row(1) with { Tags = ["a", "b"], Key = "k1" }, LedgerRows.Row(2) with { Tags = ["a"], Key = "k2" }, LedgerRows.Row(3) with { Tags = ["a"], Key = "k1", Model = "m3" }],
            CancellationToken.None);

        (await Store.SumAsync(new(new(), [UsageDimension.Key, UsageDimension.Tag]), CancellationToken.None))
            .Select(static s => (s.Group[0], s.Group[1], s.Requests)).Should().Equal(("k1", "a", 2), ("k1", "b", 1), ("k2", "a", 1));
        (await Store.SumAsync(new(new(Key: "k1", Model: "m3"), [UsageDimension.Tag]), CancellationToken.None))
            .Select(static s => (s.Group[0], s.Requests)).Should().Equal(("a", 1));
    }

    [SkippableFact]
    public async Task Sums_over_nothing_are_no_sums() =>
        (await Store.SumAsync(new(new(Key: "nobody"), []), CancellationToken.None)).Should().BeEmpty();

    [SkippableTheory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(1000, 5)]
    public async Task A_limit_bounds_the_sums_to_the_first(int limit, int expected)
    {
        await Store.AppendAsync([.. LedgerRows.Many(10).Select(static (r, i) => r with { Key = $"k{i % 5}" })], CancellationToken.None);

        (await Store.SumAsync(new(new(), [UsageDimension.Key]) { Limit = limit }, CancellationToken.None))
            .Select(static s => s.Group[0]).Should().Equal(Enumerable.Range(0, expected).Select(static i => $"k{i}"));
    }

    [SkippableFact]
    public async Task Money_sums_exactly_where_a_double_would_not()
    {
        await Store.AppendAsync([LedgerRows.Row(1) with { Cost = new((1L << 53) + 1) }, LedgerRows.Row(2) with { Cost = new(2) }], CancellationToken.None);

        (await Store.SumAsync(new(new(), []), CancellationToken.None)).Single().Cost.Value.Should().Be((1L << 53) + 3);
    }

    [SkippableFact]
    public async Task A_day_is_a_day_in_utc_also_before_1970()
    {
        await Store.AppendAsync(
            [
                LedgerRows.Row(1) with { At = new(2026, 3, 29, 23, 59, 59, TimeSpan.Zero) },
                LedgerRows.Row(2) with { At = new(2026, 3, 30, 0, 30, 0, TimeSpan.FromHours(2)) },
                LedgerRows.Row(3) with { At = new(1969, 12, 31, 23, 0, 0, TimeSpan.Zero) },
            ],
            CancellationToken.None);

        (await Store.SumAsync(new(new(), [UsageDimension.Day]), CancellationToken.None))
            .Select(static s => (s.Group[0], s.Requests)).Should().Equal(("1969-12-31", 1), ("2026-03-29", 2));
        (await Store.SumAsync(new(new(), [UsageDimension.Hour]), CancellationToken.None))
            .Select(static s => (s.Group[0], s.Requests)).Should().Equal(("1969-12-31T23", 1), ("2026-03-29T22", 1), ("2026-03-29T23", 1));
        (await Store.SumAsync(new(new(), [UsageDimension.Minute]), CancellationToken.None))
            .Select(static s => (s.Group[0], s.Requests)).Should().Equal(("1969-12-31T23:00", 1), ("2026-03-29T22:30", 1), ("2026-03-29T23:59", 1));
    }

    private static string? Value(LedgerRow row, UsageDimension dimension) => dimension switch
    {
        UsageDimension.Key => row.Key,
        UsageDimension.Team => row.Team,
        UsageDimension.Model => row.Model,
        UsageDimension.Provider => row.Provider,
        UsageDimension.TargetModel => row.TargetModel,
        UsageDimension.Endpoint => row.Endpoint,
        UsageDimension.Status => $"{row.Status}",
        UsageDimension.Day => $"{row.At:yyyy-MM-dd}",
        UsageDimension.Hour => $"{row.At:yyyy-MM-ddTHH}",
        UsageDimension.Minute => $"{row.At:yyyy-MM-ddTHH:mm}",
        UsageDimension.User => row.User,
        UsageDimension.Instance => row.Instance,
        UsageDimension.Function => row.Function,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };
}
