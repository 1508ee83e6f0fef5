using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Audit;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering;

public sealed class LedgerAuditTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Now = LedgerRows.Start.AddHours(1);

    private readonly TempDirectory _directory = new();
    private readonly PriceBook _book = new();
    private readonly PriceResolver _prices;
    private readonly SqliteLedgerStore _store;

    public LedgerAuditTests()
    {
        _prices = new(PriceCatalog.LoadEmbedded(), _book);
        _store = new(_directory.File("gateway.db"));
    }

    public async Task InitializeAsync() => await _store.MigrateAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_ledger_that_adds_up_has_no_difference()
    {
        await WriteAsync(Rows(3000));
        await WriteAsync([Row(9001) with { UsageSource = UsageSource.InDoubt, Cost = new(77), Usage = default }, Row(9002) with { PriceVersion = null, Cost = NanoUsd.Zero }]);

        var report = await AuditAsync();

        report.Told.Should().BeEmpty();
        (report.Rows, report.PricedAgain, report.InDoubt, report.Unpriced, report.PriceUnknown, report.Differences).Should().Be((3002L, 3000L, 1L, 1L, 0L, 0L));
        report.Balances.Should().HaveCount(3).And.OnlyContain(static b => b.Spent == b.Rows && b.Spent > NanoUsd.Zero);
    }

    [Fact]
    public async Task What_was_added_up_by_day_still_counts_in_budgets_without_a_window()
    {
        await WriteAsync([.. Rows(300).Select(static r => r with { At = r.At.AddDays(-40) })]);
        await WriteAsync([.. Enumerable.Range(1000, 200).Select(Row)]);
        await _store.CompactAsync(LedgerRows.Start.AddDays(-32), 1000, CancellationToken.None);

        var report = await AuditAsync();

        report.Told.Should().BeEmpty();
        (report.Rows, report.AddedUp, report.Differences).Should().Be((200L, 300L, 0L));
        var total = report.Balances.Single(static b => b.Period == BudgetPeriod.Total);
        total.Spent.Should().Be(total.Rows).And.BeGreaterThan(report.Total);
    }

    [Fact]
    public async Task Every_row_that_does_not_add_up_is_named()
    {
        await WriteAsync(Rows(5));
        await WriteAsync(
        [
            Row(100) with { Cost = Row(100).Cost + new NanoUsd(1) },
            Row(101) with { PriceVersion = null, Cost = new(1) },
            Row(102) with { Usage = Row(102).Usage with { Output = -1 } },
            Row(103) with { PriceVersion = "2020-01-01", Cost = new(5) },
        ]);

        var report = await AuditAsync();

        report.Told.Should().Contain(static t => t.StartsWith("a-100: costs $"))
            .And.Contain(static t => t.StartsWith("a-101: costs $0.000000001 without a price"))
            .And.Contain(static t => t.StartsWith("a-102: a negative amount"));
        report.PriceUnknown.Should().Be(1);
        report.Differences.Should().BeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Rows_are_priced_again_at_the_prices_of_today_once_and_the_audit_agrees()
    {
        await WriteAsync(Rows(2500));
        var dearer = Snapshot(input: 2, output: 4);
        var filter = new LedgerFilter(From: LedgerRows.Start.AddMilliseconds(500));

        var shown = (await new Repricing(_store, dearer, _prices, _book).RunAsync(filter, apply: false, Now, CancellationToken.None)).Single();
        (await AuditAsync()).Differences.Should().Be(0, "nothing was written");
        var written = (await new Repricing(_store, dearer, _prices, _book).RunAsync(filter, apply: true, Now, CancellationToken.None)).Single();
        var again = (await new Repricing(_store, dearer, _prices, _book).RunAsync(filter, apply: true, Now, CancellationToken.None)).Single();

        (shown.Rows, shown.Changed, shown.NewCost.Value).Should().Be((2000, 2000, 2 * shown.OldCost.Value));
        (written.Changed, written.NewCost).Should().Be((shown.Changed, shown.NewCost));
        (again.Changed, again.OldCost).Should().Be((0, shown.NewCost));
        var report = await AuditAsync();
        report.Told.Should().BeEmpty();
        report.PricedAgain.Should().Be(2500);
    }

    [Fact]
    public async Task A_row_in_doubt_and_one_that_nobody_prices_stay_as_they_are()
    {
        await WriteAsync([Row(1) with { UsageSource = UsageSource.InDoubt, Cost = new(77) }, Row(2) with { Model = "gone", TargetModel = "gone-too", Provider = "gone" }]);

        var models = await new Repricing(_store, Snapshot(2, 4), _prices, _book).RunAsync(new(), apply: true, Now, CancellationToken.None);

        models.Should().HaveCount(2).And.OnlyContain(static m => m.Kept == 1 && m.Changed == 0 && m.OldCost == m.NewCost);
    }

    private async Task WriteAsync(LedgerRow[] rows)
    {
        await _store.SavePricesAsync([.. rows.Select(static r => r.PriceVersion).Distinct().Where(v => v is not null && _book.TryGetLine(v, out _)).Select(v => new PriceLine(v!, Line(v!)))], CancellationToken.None);
        await _store.AppendAsync(rows, CancellationToken.None);
    }

    private string Line(string version) => _book.TryGetLine(version, out var line) ? line : throw new InvalidOperationException(version);

    private LedgerRow[] Rows(int count) => [.. Enumerable.Range(0, count).Select(Row)];

    private LedgerRow Row(int number)
    {
        var price = _prices.Resolve("openai-compatible", "up", new PriceConfig { Input = 1, Output = 2 }, null)!;
        var row = LedgerRows.Row(number) with { Provider = "up", TargetModel = "up-fast", PriceVersion = price.Version };
        return row with { Cost = CostCalculator.Cost(price, row.Usage) };
    }

    private Task<AuditReport> AuditAsync()
    {
        var budgets = new[] { new BudgetConfig { Limit = 100, Period = BudgetPeriod.Day } };
        var book = new AdmissionBook(new ManualTime(Now), new NamePool());
        book.Configure(
            [new KeyEntry { Name = "web-app", Team = "growth", Models = null, Config = new() { Name = "web-app", Hash = default, Budgets = [new() { Limit = 100, Period = BudgetPeriod.Total }] } }],
            [new TeamConfig { Name = "growth", Budgets = budgets, Limits = new() }], [new() { Limit = 100, Period = BudgetPeriod.Hour, Rolling = true }], []);
        return new LedgerAudit(_store, book, LimitHistory.Of(new GatewayConfig()), TimeProvider.System).RunAsync(CancellationToken.None);
    }

    private GatewaySnapshot Snapshot(decimal input, decimal output) => new SnapshotCompiler(new KeyHasher(), new NamePool(), _prices, Models.HealthBook(), TimeProvider.System).Compile(
        new GatewayConfig
        {
            Providers = [new() { Name = "up", Kind = "openai-compatible", BaseUrl = new Uri("http://127.0.0.1:9/v1") }],
            Models = [new() { Name = "fast", Targets = [new() { Provider = "up", Model = "up-fast" }], Price = new() { Input = input, Output = output } }],
        },
        1);
}
