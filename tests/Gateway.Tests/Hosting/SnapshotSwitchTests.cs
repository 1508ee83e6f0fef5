using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Hosting;

public sealed class SnapshotSwitchTests
{
    [Fact]
    public void A_configuration_whose_budgets_cannot_be_counted_is_refused_in_words_and_the_one_in_force_stays()
    {
        var (names, holder) = (new NamePool(), new SnapshotHolder());
        var compiler = new SnapshotCompiler(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System);
        var snapshots = new SnapshotSwitch(compiler, holder, new AdmissionBook(TimeProvider.System, names), new(TimeProvider.System), new Away(), new IdleLedger(), TimeProvider.System, NullLogger<SnapshotSwitch>.Instance);
        snapshots.Apply(new GatewayConfig(), 1).Should().BeEmpty("without budgets the store is not asked");

        var problems = snapshots.Apply(new GatewayConfig { Budgets = [new() { Limit = 5, Period = BudgetPeriod.Day }] }, 2);

        problems.Should().ContainSingle().Which.Message.Should().Contain("the server is down").And.Contain("SIGHUP");
        holder.Current.Generation.Should().Be(1);
        snapshots.File.Budgets.Should().BeEmpty();
    }

    [Fact]
    public async Task A_budget_that_a_reload_adds_counts_rows_that_are_still_in_the_journal()
    {
        using var directory = new TempDirectory();
        await using var store = new SqliteLedgerStore(directory.File("gateway.db"));
        // Rows stay in the journal for half a minute unless somebody asks for them.
        await using var ledger = await Ledgers.StartAsync(store, Ledgers.Options(directory) with { Linger = TimeSpan.FromSeconds(30), Interval = TimeSpan.FromMinutes(1) });
        var time = new ManualTime(LedgerRows.Start.AddMinutes(1));
        var names = new NamePool();
        var book = new AdmissionBook(time, names);
        var compiler = new SnapshotCompiler(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System);
        var snapshots = new SnapshotSwitch(compiler, new SnapshotHolder(), book, new(time), store, ledger, time, NullLogger<SnapshotSwitch>.Instance);
        var key = new KeyConfig { Name = "web-app", Hash = KeyHash.Of(new("sk-test-0000000000")) };
        snapshots.Apply(new GatewayConfig { Keys = [key] }, 1).Should().BeEmpty();
        await ledger.AppendAsync(LedgerRows.Many(100));
        ledger.QueueLength.Should().Be(100, "none of them is in the store yet");

        snapshots.Apply(new GatewayConfig { Keys = [key with { Budgets = [new() { Limit = 5, Period = BudgetPeriod.Day }] }] }, 2).Should().BeEmpty();

        book.Statuses().Should().ContainSingle().Which.Spent.Value.Should().Be(LedgerRows.Many(100).Sum(static r => r.Cost.Value));
    }

    /// <summary>A key that is to be blocked must not wait for the questions of the admin API: they have turns, and may take a minute each.</summary>
    [Fact]
    public async Task What_a_new_budget_has_spent_is_read_beside_the_questions_of_others()
    {
        using var directory = new TempDirectory();
        await using var store = new SqliteLedgerStore(directory.File("gateway.db"));
        await store.MigrateAsync(CancellationToken.None);
        await store.AppendAsync(LedgerRows.Many(1), CancellationToken.None);
        await using var busy = new Questioned(store);
        var (names, time) = (new NamePool(), new ManualTime(LedgerRows.Start.AddMinutes(1)));
        var book = new AdmissionBook(time, names);
        var compiler = new SnapshotCompiler(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System);
        var snapshots = new SnapshotSwitch(compiler, new SnapshotHolder(), book, new(time), busy, new IdleLedger(), time, NullLogger<SnapshotSwitch>.Instance);

        snapshots.Apply(new GatewayConfig { Budgets = [new() { Limit = 5, Period = BudgetPeriod.Day }] }, 1).Should().BeEmpty();

        book.Statuses().Should().ContainSingle().Which.Spent.Value.Should().Be(LedgerRows.Many(1).Single().Cost.Value);
    }

    /// <summary>A store on which nobody's turn comes.</summary>
    private sealed class Questioned(SqliteLedgerStore store) : StubLedgerStore
    {
        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new StoreException("is answering 4 queries already");

        public override ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken) => store.SnapshotAsync(cancellationToken);
    }

    private sealed class Away : StubLedgerStore
    {
        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new StoreException("the server is down.");
    }
}
