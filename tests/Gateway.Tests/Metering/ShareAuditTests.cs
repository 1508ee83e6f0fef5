using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Metering.Audit;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Admission.Shares;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering;

/// <summary>What gateways say they spent, against the rows they wrote.</summary>
public sealed class ShareAuditTests : IAsyncLifetime, IDisposable
{
    private const string Limit = "budget day UTC key web-app";

    private static readonly DateTimeOffset Midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Noon = Midnight.AddHours(12);

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new(Noon);
    private readonly SqliteLedgerStore _store;
    private readonly ModelShareStore _shares;

    public ShareAuditTests()
    {
        _store = new(_directory.File("gateway.db"));
        _shares = new(_time);
    }

    public async Task InitializeAsync() => await _store.MigrateAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Gateways_that_count_what_their_rows_say_agree_and_what_they_hold_is_told()
    {
        await WriteAsync(Row(1, "one", 30), Row(2, "two", 40), Row(3, "two", 5) with { At = Midnight.AddTicks(-10) }, Row(4, "one", 9) with { Key = "another" });
        await SayAsync("one", has: 50, used: 30);
        await SayAsync("two", has: 40, used: 40);

        var report = await AuditAsync();

        report.Told.Should().BeEmpty();
        report.Balances.Single().Shares.Should().Equal(Check("one", true, 30, 20, 30), Check("two", true, 40, 0, 40));
    }

    [Theory]
    [InlineData(29, 1)]
    [InlineData(31, 1)]
    [InlineData(30, 0)]
    public async Task A_gateway_that_counts_something_else_than_its_rows_differs(int counted, int differences)
    {
        await WriteAsync(Row(1, "one", 30));
        await SayAsync("one", has: 50, used: counted);

        var report = await AuditAsync();

        report.Told.Should().HaveCount(differences);
        if (differences > 0) report.Told[0].Should().Be($"budget of key 'web-app' (day): gateway one counts $0.{counted} as spent, its rows came to $0.3");
    }

    [Fact]
    public async Task Of_a_gateway_that_is_silent_it_is_told_what_it_counted_and_holds()
    {
        await WriteAsync(Row(1, "one", 30), Row(2, "gone", 3));
        await SayAsync("one", has: 50, used: 10);
        await _shares.AdoptAsync([new(Limit, Midnight.UtcTicks, Midnight.UtcTicks, Midnight.AddDays(1), "gone", Cents(3).Value)], CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(16));
        await SayAsync("two", has: 0, used: 0);

        var report = await AuditAsync();

        report.Differences.Should().Be(0, "when it comes back it counts its rows");
        report.Balances.Single().Shares.Should().Equal(
            new ShareCheck("gone", false, null, Cents(3), NanoUsd.Zero, Cents(3)), Check("one", false, 10, 40, 30) with { SeenAt = Noon }, Check("two", true, 0, 0, 0) with { SeenAt = Noon.AddSeconds(16) });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silent_gateway_whose_rows_come_to_more_than_it_had_differs(bool isForgotten)
    {
        await WriteAsync(Row(1, "one", 30));
        await SayAsync("one", has: 29, used: 29);
        await SayAsync("two", has: 0, used: 0);
        _time.Advance(TimeSpan.FromSeconds(16));
        await SayAsync("two", has: 0, used: 0);
        if (isForgotten) (await _shares.ForgetAsync("one", TimeSpan.FromSeconds(15), CancellationToken.None)).Should().BeTrue();

        (await AuditAsync()).Told.Should().Equal("budget of key 'web-app' (day): gateway one, which is silent, had $0.29, its rows came to $0.3: others can spend the difference again");
    }

    [Fact]
    public async Task A_gateway_killed_a_moment_ago_may_have_spent_what_it_had()
    {
        await WriteAsync(Row(1, "one", 30));
        await SayAsync("one", has: 50, used: 10);
        await SayAsync("two", has: 0, used: 0);

        var report = await AuditAsync(new HurriedTime(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            SayAsync("two", has: 0, used: 0).GetAwaiter().GetResult();
        }));

        report.Told.Should().BeEmpty("it was not heard of again");
    }

    /// <summary>Under load what is said and what is written are never equal at one moment.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-7, 1)]   // 7 cents it never counts: more than what moves in a second
    [InlineData(+7, 1)]
    public async Task A_gateway_at_work_counts_some_seconds_later_what_its_rows_came_to(int wrong, int differences)
    {
        await WriteAsync(Row(1, "one", 30));
        await SayAsync("one", has: 50, used: 31 + wrong);
        var step = 0;

        var report = await AuditAsync(new HurriedTime(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            step++;
            WriteAsync(Row(1 + step, "one", 1) with { At = Noon }).GetAwaiter().GetResult();
            SayAsync("one", has: 50, used: 31 + wrong + step).GetAwaiter().GetResult();
        }));

        report.Told.Should().HaveCount(differences);
    }

    [Fact]
    public async Task Rows_that_come_in_meanwhile_do_not_keep_sums_from_being_compared()
    {
        await WriteAsync(Row(1, "one", 30), Row(2, "one", 20));
        await SayAsync("one", has: 50, used: 50);
        await using var moving = new MovingStore(_store, () => WriteAsync(Row(3, "one", 5)));

        var report = await AuditAsync(store: moving);

        moving.Wrote.Should().BeTrue();
        (report.Rows, report.Balances.Single().Rows, report.Balances.Single().Spent).Should().Be((2L, Cents(50), Cents(50)));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(20)]
    public async Task A_gateway_that_ran_when_costs_were_corrected_may_count_the_old_ones(int counted)
    {
        await WriteAsync(Row(1, "one", 20));
        await SayAsync("one", has: 50, used: counted);
        await _store.CorrectAsync([new("a-1", Cents(20), null, Cents(30), "v2")], Noon, CancellationToken.None);

        (await AuditAsync()).Told.Should().BeEmpty();
    }

    [Theory]
    [InlineData(2, 20, 0)]
    [InlineData(1, 20, 1)]
    [InlineData(2, 40, 1)]   // more than its rows: no reload makes that
    public async Task What_was_under_way_when_a_reload_added_the_budget_is_not_counted(int generation, int counted, int differences)
    {
        await WriteAsync(Row(1, "one", 10), Row(2, "one", 20) with { ConfigGeneration = generation });
        await SayAsync("one", has: 50, used: counted);

        (await AuditAsync()).Told.Should().HaveCount(differences);
    }

    [Fact]
    public async Task A_gateway_has_some_seconds_to_say_what_it_spent()
    {
        await WriteAsync(Row(1, "one", 30));
        await SayAsync("one", has: 50, used: 10);
        var rounds = 0;

        var report = await AuditAsync(new HurriedTime(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (++rounds == 3) SayAsync("one", has: 50, used: 30).GetAwaiter().GetResult();
        }));

        report.Told.Should().BeEmpty();
        rounds.Should().Be(3);
    }

    private async Task SayAsync(string instance, int has, int used)
    {
        var request = new ShareRequest { Name = Limit, Span = Midnight.UtcTicks, From = Midnight.UtcTicks, Until = Midnight.AddDays(1), Limit = Cents(100).Value, Has = Cents(has).Value, Used = Cents(used).Value };
        await _shares.ExchangeAsync(new(instance, "host", "0.1.0", Midnight), false, 1, [request], CancellationToken.None);
    }

    /// <summary>Whoever said something says it again, a second later.</summary>
    private void Beat()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var alive in _shares.InstancesAsync(CancellationToken.None).AsTask().Result.Where(i => i.Now - i.SeenAt <= TimeSpan.FromSeconds(15)).ToList())
            _shares.ExchangeAsync(alive.Instance, false, 1, [], CancellationToken.None).AsTask().Wait();
    }

    private async Task WriteAsync(params LedgerRow[] rows) => await _store.AppendAsync(rows, CancellationToken.None);

    private async Task<AuditReport> AuditAsync(TimeProvider? time = null, ILedgerStore? store = null)
    {
        var budget = new BudgetConfig { Limit = 1, Period = BudgetPeriod.Day };
        var book = new AdmissionBook(_time, new NamePool());
        book.Configure([new KeyEntry { Name = "web-app", Team = "growth", Models = null, Config = new() { Name = "web-app", Hash = default, Budgets = [budget] } }], [], [], []);
        var limits = LimitHistory.Of(new GatewayConfig { Keys = [new() { Name = "web-app", Hash = default, Budgets = [budget] }] });
        return await new LedgerAudit(store ?? _store, book, limits, time ?? new HurriedTime(Beat), _shares).RunAsync(CancellationToken.None);
    }

    private static LedgerRow Row(int number, string instance, int cents) =>
        LedgerRows.Row(number) with { At = Midnight.AddHours(number), Instance = instance, Cost = Cents(cents), PriceVersion = "not kept" };

    private static ShareCheck Check(string instance, bool isAlive, int counted, int held, int rows) => new(instance, isAlive, Noon, Cents(counted), Cents(held), Cents(rows));

    private static NanoUsd Cents(int cents) => NanoUsd.FromDollars(cents / 100m);

    /// <summary>A ledger into which somebody writes while a snapshot of it is read.</summary>
    private sealed class MovingStore(SqliteLedgerStore inner, Func<Task> write) : StubLedgerStore
    {
        public bool Wrote { get; private set; }

        public override async ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken) => new Moving(await inner.SnapshotAsync(cancellationToken), this);

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => new([]);   // what gateways say is not compared here

        public override ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => new([]);

        private async Task WriteAsync()
        {
            await write();
            Wrote = true;
        }

        private sealed class Moving(ILedgerSnapshot snapshot, MovingStore store) : ILedgerSnapshot
        {
            public async ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
            {
                if (!store.Wrote) await store.WriteAsync();
                return await snapshot.ReadAsync(query, cancellationToken);
            }

            public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => snapshot.SumAsync(query, cancellationToken);

            public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => snapshot.PricesAsync(cancellationToken);

            public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => snapshot.CorrectionsAsync(cancellationToken);

            public ValueTask DisposeAsync() => snapshot.DisposeAsync();
        }
    }

    /// <summary>Whoever waits has waited.</summary>
    private sealed class HurriedTime(Action waiting) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waiting();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
