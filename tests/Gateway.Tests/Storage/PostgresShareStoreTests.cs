using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.Tests.Admission.Shares;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

/// <summary>The statements against plain arithmetic, and against each other at the same time.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresShareStoreTests(PostgresFixture postgres)
{
    [SkippableFact]
    public async Task Grants_are_those_of_plain_arithmetic()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        var seed = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var random = new Random(seed);
        var model = new ModelShareStore(TimeProvider.System);
        var has = new Dictionary<(string, string, long), long>();
        for (var step = 0; step < 400; step++)
        {
            var instance = Named($"i{random.Next(4)}");
            if (random.Next(20) == 0)
            {
                PastUse[] uses = [.. Enumerable.Range(0, 3).Select(n => Past(random, n)).DistinctBy(static u => (u.Name, u.Span, u.Instance))];
                await model.AdoptAsync(uses, CancellationToken.None);
                await store.AdoptAsync(uses, CancellationToken.None);
            }
            var requests = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Request(random, instance.Id, has)).DistinctBy(static r => (r.Name, r.Span)).ToList();
            var isFirst = random.Next(30) == 0;

            var expected = await model.ExchangeAsync(instance, isFirst, Next(), requests, CancellationToken.None);
            var answer = await store.ExchangeAsync(instance, isFirst, Next(), requests, CancellationToken.None);

            answer.Grants.Should().Equal(expected.Grants, "seed {0}, step {1}", seed, step);
            foreach (var (request, grant) in requests.Zip(answer.Grants))
                has[(instance.Id, request.Name, request.Span)] = grant.Has;
            ShareSpan[] spans = [.. requests.Select(static r => new ShareSpan(r.Name, r.From))];
            (await store.OthersAsync(instance.Id, spans, CancellationToken.None)).Should().Equal(await model.OthersAsync(instance.Id, spans, CancellationToken.None));
        }
    }

    [SkippableFact]
    public async Task Eight_gateways_at_once_are_never_granted_more_than_the_limit()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        const long limit = 1_000;
        var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await using var own = new PostgresShareStore(address, ModelShareStore.UsedAfter);
            var (mine, denied) = (0L, 0);
            while (denied < 3)
            {
                var grant = (await own.ExchangeAsync(Named($"i{i}"), false, Next(), [Wish("budget hot", limit, mine, 7, 7), Wish($"budget own{i}", limit, 0, 1, 0)], CancellationToken.None)).Grants[0];
                denied = grant.Has == mine ? denied + 1 : 0;
                mine = grant.Has;
            }
            return mine;
        }));

        granted.Sum().Should().BeInRange(limit - 7, limit);
    }

    [SkippableFact]
    public async Task What_comes_back_with_time_counts_no_more_when_its_gateway_is_long_dead_and_money_counts_until_it_is_released()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        await store.ExchangeAsync(Named("dead"), false, Next(), [Wish("rate rpm key a", 10, 0, 10, 0) with { Grace = TimeSpan.FromSeconds(75) }, Wish("budget key a", 10, 0, 8, 0) with { Used = 3 }], CancellationToken.None);
        ShareRequest[] asks = [Wish("rate rpm key a", 10, 0, 10, 0) with { Grace = TimeSpan.FromSeconds(75) }, Wish("budget key a", 10, 0, 7, 0) with { Needs = 7 }];
        (await store.ExchangeAsync(Named("alive"), false, Next(), asks, CancellationToken.None)).Grants.Select(static g => g.Has).Should().Equal(0, 0);
        (await store.ForgetAsync("dead", TimeSpan.FromSeconds(15), CancellationToken.None)).Should().BeFalse("it was seen a moment ago");
        (await store.ReleaseAsync("dead", TimeSpan.FromSeconds(15), [new("budget key a", 0, 2)], CancellationToken.None)).Should().BeNull("it was seen a moment ago");

        await PostgresServer.ExecuteAsync(address, "UPDATE instance SET seen_at = seen_at - 76000000 WHERE id = 'dead'");

        (await store.ExchangeAsync(Named("alive"), false, Next(), asks, CancellationToken.None)).Grants.Select(static g => g.Has).Should().Equal(10, 0);
        (await store.InstancesAsync(CancellationToken.None)).Single(static i => i.Instance.Id == "dead").Unused.Should().Be(5);
        (await store.ReleaseAsync("dead", TimeSpan.FromSeconds(15), [new("budget key a", 0, 2)], CancellationToken.None)).Should().Be(5);
        (await store.ReleaseAsync("dead", TimeSpan.FromSeconds(15), [new("budget key a", 0, 2)], CancellationToken.None)).Should().Be(0, "once");
        (await store.ExchangeAsync(Named("alive"), false, Next(), [asks[1]], CancellationToken.None)).Grants.Single().Has.Should().Be(7);
        (await store.InstancesAsync(CancellationToken.None)).Single(static i => i.Instance.Id == "dead").Unused.Should().Be(0);
        (await store.ForgetAsync("dead", TimeSpan.FromSeconds(15), CancellationToken.None)).Should().BeTrue();
        (await store.ForgetAsync("dead", TimeSpan.FromSeconds(15), CancellationToken.None)).Should().BeFalse("it is gone");
        (await store.ReleaseAsync("dead", TimeSpan.FromSeconds(15), [], CancellationToken.None)).Should().BeNull("it is gone");
    }

    [SkippableTheory]
    [InlineData(null, 8, 5)]   // not named: nothing changes
    [InlineData(0, 5, 5)]      // what it said
    [InlineData(5, 5, 5)]
    [InlineData(7, 7, 7)]      // what it spent after it said so
    [InlineData(9, 9, 9)]      // a provider billed more than it had
    public async Task What_a_dead_gateway_spent_stays_spent(int? rows, long have, long used)
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        await store.ExchangeAsync(Named("dead"), false, Next(), [Wish("budget key a", 10, 0, 3, 0) with { Used = 2, Span = 1 }], CancellationToken.None);
        await store.ExchangeAsync(Named("dead"), false, Next(), [Wish("budget key a", 10, 0, 8, 0) with { Used = 5, Span = 2, From = 2 }, Wish("budget key b", 10, 0, 4, 0) with { Used = 1 }], CancellationToken.None);
        await PostgresServer.ExecuteAsync(address, "UPDATE instance SET seen_at = seen_at - 76000000");

        (await store.ReleaseAsync("dead", TimeSpan.FromSeconds(15), rows is { } spent ? [new("budget key a", 2, spent)] : [], CancellationToken.None)).Should().Be(Math.Max(0, 8 - have));

        (await store.LeasesAsync(CancellationToken.None))[0].Should().Be(new Lease("budget key a", 1, "dead", 3, 2), "it is of another window");
        ShareSpan[] spans = [new("budget key a", 2), new("budget key b", 0)];
        (await store.OthersAsync("b", spans, CancellationToken.None)).Should().Equal(new ShareOfOthers(have, used), new ShareOfOthers(4, 1));
        await PostgresServer.ExecuteAsync(address, "UPDATE instance SET seen_at = seen_at - 600000000");
        (await store.OthersAsync("b", spans, CancellationToken.None)).Should().Equal(new ShareOfOthers(have, have), new ShareOfOthers(4, 4));
        (await store.ExchangeAsync(Named("b"), true, Next(), [Wish("budget key a", 10, 0, 0, 0) with { Span = 2, From = 2 }], CancellationToken.None)).Grants.Single().Others.Should().Be(new ShareOfOthers(have, have));
        (await store.ForgetAsync("dead", TimeSpan.FromSeconds(15), CancellationToken.None)).Should().BeTrue();
        (await store.OthersAsync("b", spans, CancellationToken.None)).Should().Equal(new ShareOfOthers(have, have), new ShareOfOthers(4, 4));
    }

    [SkippableFact]
    public async Task A_gateway_that_comes_back_at_the_moment_it_is_given_up_keeps_what_it_says()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        for (var round = 0; round < 50; round++)
        {
            var name = $"g{round}";
            await store.ExchangeAsync(Named(name), true, 1, [Wish("budget key " + name, 100, 0, 10, 0)], CancellationToken.None);
            await PostgresServer.ExecuteAsync(address, $"UPDATE instance SET seen_at = seen_at - 76000000 WHERE id = '{name}'");

            var releasing = Task.Run(async () => await store.ReleaseAsync(name, TimeSpan.FromSeconds(15), [new("budget key " + name, 0, 0)], CancellationToken.None));
            await store.ExchangeAsync(Named(name), false, 2, [Wish("budget key " + name, 100, 10, 20, 0) with { Used = 3 }], CancellationToken.None);
            await releasing;

            (await store.OthersAsync("b", [new("budget key " + name, 0)], CancellationToken.None)).Single().Should().Be(new ShareOfOthers(30, 3), "round {0}", round);
        }
    }

    [SkippableFact]
    public async Task What_a_gateway_had_of_a_window_that_ended_is_not_unspent()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        await store.ExchangeAsync(
            Named("a"), false, Next(), [Wish("budget minute key a", 10, 0, 6, 0) with { Until = DateTimeOffset.UnixEpoch.AddDays(1) }, Wish("budget key b", 10, 0, 4, 0) with { Used = 1 }], CancellationToken.None);

        (await store.InstancesAsync(CancellationToken.None)).Single().Unused.Should().Be(3);
    }

    [SkippableFact]
    public async Task What_arrives_late_does_not_replace_what_was_said_later()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        await store.ExchangeAsync(Named("a"), true, 2, [Wish("budget key a", 10, 0, 9, 0) with { Used = 8 }], CancellationToken.None);

        await store.ExchangeAsync(Named("a"), false, 1, [Wish("budget key a", 10, 1, 0, 0) with { Used = 1 }], CancellationToken.None);

        (await store.OthersAsync("b", [new("budget key a", 0)], CancellationToken.None)).Single().Should().Be(new ShareOfOthers(9, 8));
    }

    [SkippableFact]
    public async Task Two_gateways_under_one_name_are_told_so()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        var copy = Named("a") with { StartedAt = DateTimeOffset.UnixEpoch.AddDays(1) };
        await store.ExchangeAsync(Named("a"), true, Next(), [], CancellationToken.None);
        await store.ExchangeAsync(Named("a"), false, Next(), [Wish("budget key a", 10, 0, 1, 0)], CancellationToken.None);
        await store.ExchangeAsync(copy, true, Next(), [], CancellationToken.None);

        var exchange = async () => await store.ExchangeAsync(Named("a"), false, Next(), [Wish("budget key a", 10, 1, 1, 0)], CancellationToken.None);

        await exchange.Should().ThrowAsync<StoreException>().WithMessage("*'a'*copy*");
    }

    [SkippableFact]
    public async Task A_gateway_without_a_wish_is_seen()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);

        (await store.ExchangeAsync(Named("a"), true, Next(), [], CancellationToken.None)).Should().BeEquivalentTo(new ShareAnswer(null, []));
        await PostgresServer.ExecuteAsync(address, "UPDATE instance SET seen_at = seen_at - 76000000");
        (await store.ExchangeAsync(Named("a"), false, Next(), [], CancellationToken.None)).Silence.Should().BeCloseTo(TimeSpan.FromSeconds(76), TimeSpan.FromSeconds(70));
        (await store.ExchangeAsync(Named("a"), false, Next(), [], CancellationToken.None)).Silence.Should().BeLessThan(TimeSpan.FromSeconds(70));

        (await store.InstancesAsync(CancellationToken.None)).Single().Should().Match<InstanceStatus>(static i => i.Instance.Id == "a" && i.Now >= i.SeenAt && i.Now - i.SeenAt < TimeSpan.FromMinutes(1));
    }

    [SkippableFact]
    public async Task A_gateway_says_when_its_shares_end_and_an_older_one_that_they_never_do()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        await store.ExchangeAsync(Named("a") with { EndsAfter = TimeSpan.FromMinutes(10) }, true, Next(), [], CancellationToken.None);
        await PostgresServer.ExecuteAsync(address, "INSERT INTO instance (id, host, version, started_at, seen_at) VALUES ('older', 'host', '0.0.9', 0, 0)");
        (await EndsAsync()).Should().Equal(TimeSpan.FromMinutes(10), null);

        await store.ExchangeAsync(Named("a"), true, Next(), [], CancellationToken.None);

        (await EndsAsync()).Should().HaveCount(2).And.OnlyContain(static e => e == null);

        async Task<IEnumerable<TimeSpan?>> EndsAsync() => (await store.InstancesAsync(CancellationToken.None)).Select(static i => i.Instance.EndsAfter);
    }

    [SkippableFact]
    public async Task Spans_that_ended_are_pruned_and_budgets_without_an_end_are_kept()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        var now = DateTimeOffset.UtcNow;
        await store.ExchangeAsync(Named("a"), false, Next(),
            [Wish("budget day", 10, 0, 1, 0) with { Span = 1, From = 1, Until = now.AddDays(-3) }, Wish("budget day", 10, 0, 1, 0) with { Span = 2, From = 2, Until = now }, Wish("budget total", 10, 0, 1, 0)],
            CancellationToken.None);

        (await store.PruneAsync(now.AddDays(-2), CancellationToken.None)).Should().Be(1);

        (await store.OthersAsync("b", [new("budget day", 0), new("budget total", 0)], CancellationToken.None)).Select(static o => o.Have).Should().Equal(1, 1);
    }

    [SkippableFact]
    public async Task What_each_gateway_has_of_budgets_is_read_while_their_span_lasts()
    {
        var address = await postgres.EmptyDatabaseAsync("shares");
        await using var store = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);
        var now = DateTimeOffset.UtcNow;
        await store.ExchangeAsync(Named("b"), false, Next(), [Wish("budget total", 10, 0, 1, 0) with { Used = 1 }, Wish("rate rpm key a", 10, 0, 1, 0)], CancellationToken.None);
        await store.ExchangeAsync(Named("a"), false, Next(),
            [Wish("budget day", 10, 0, 2, 0) with { Span = 1, From = 1, Until = now.AddDays(-1) }, Wish("budget day", 10, 0, 3, 0) with { Span = 2, From = 2, Until = now.AddDays(1) }, Wish("budget total", 10, 0, 4, 0)],
            CancellationToken.None);

        (await store.LeasesAsync(CancellationToken.None)).Should().Equal(new Lease("budget day", 2, "a", 3, 0), new Lease("budget total", 0, "a", 4, 0), new Lease("budget total", 0, "b", 1, 1));
    }

    private static long s_number;

    private static long Next() => Interlocked.Increment(ref s_number);

    private static PastUse Past(Random random, int number)
    {
        var span = random.Next(4);
        return new($"budget {number}", span, Math.Max(0, span - random.Next(3)), null, $"old{random.Next(3)}", random.Next(50));
    }

    private static Instance Named(string id) => new(id, "host", "0.1.0", DateTimeOffset.UnixEpoch);

    private static ShareRequest Wish(string name, long limit, long has, long asked, long likes) =>
        new() { Name = name, Limit = limit, Has = has, Used = 0, Needs = Math.Min(asked, 1), Asked = asked, Likes = likes };

    private static ShareRequest Request(Random random, string instance, Dictionary<(string, string, long), long> known)
    {
        var (name, span) = ($"{(random.Next(3) == 0 ? "rate" : "budget")} {random.Next(3)}", random.Next(4));
        known.TryGetValue((instance, name, span), out var has);
        has = random.Next(3) == 0 ? random.NextInt64(0, has + 1) : has;
        var asked = random.Next(2) * random.Next(0, 60);
        return new()
        {
            Name = name,
            Span = span,
            From = Math.Max(0, span - random.Next(3)),
            Limit = random.Next(50, 400),
            Has = has,
            Used = random.NextInt64(0, has + 1),
            Needs = asked == 0 ? 0 : random.Next(1, asked + 1),
            Asked = asked,
            Likes = random.Next(2) * random.Next(0, 100),
            Grace = name.StartsWith("rate", StringComparison.Ordinal) ? TimeSpan.FromHours(1) : null,
        };
    }
}
