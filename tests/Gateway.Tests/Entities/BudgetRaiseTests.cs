using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Entities;

/// <summary>Raises end by themselves: on the gateway that took them, on one that only heard of them, and after a restart.</summary>
public sealed class BudgetRaiseTests : IAsyncLifetime, IDisposable
{
    private static readonly GatewayConfig File = new() { Budgets = [new() { Limit = 10, Period = BudgetPeriod.Month }] };

    private readonly ManualTimers _time = new(new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly TempDirectory _directory = new();
    private SqliteEntityStore _store = null!;
    private SqliteLedgerStore _ledger = null!;

    public async Task InitializeAsync()
    {
        (_store, _ledger) = (new(_directory.File("gateway.db")), new(_directory.File("gateway.db")));
        await _ledger.MigrateAsync(CancellationToken.None);
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_limit_falls_back_at_the_instant_without_anybody_doing_anything()
    {
        using var gateway = await StartAsync();
        await RaiseAsync(gateway, "a", 5, _time.GetUtcNow().AddDays(3));
        await RaiseAsync(gateway, "b", 2, _time.GetUtcNow().AddMinutes(90));
        gateway.Limit.Should().Be((17, 17_000_000_000));

        _time.Advance(TimeSpan.FromMinutes(90) - TimeSpan.FromTicks(1));
        gateway.Limit.Should().Be((17, 17_000_000_000));
        _time.Advance(TimeSpan.FromTicks(1));
        gateway.Limit.Should().Be((15, 15_000_000_000));
        _time.Advance(TimeSpan.FromDays(3));
        gateway.Limit.Should().Be((10, 10_000_000_000));
    }

    [Fact]
    public async Task A_raise_that_ends_while_it_is_put_in_force_ends_too()
    {
        using var gateway = await StartAsync();
        _time.TicksPerReading = TimeSpan.TicksPerMicrosecond;
        for (var microseconds = 1; microseconds < 10; microseconds++)
        {
            await RaiseAsync(gateway, $"a{microseconds}", 5, _time.GetUtcNow().AddMicroseconds(microseconds));

            _time.Advance(TimeSpan.FromSeconds(1));

            gateway.Limit.Should().Be((10, 10_000_000_000), $"{microseconds} microseconds of it were left");
        }
    }

    [Fact]
    public async Task Another_gateway_and_a_restarted_one_end_it_too()
    {
        using var gateway = await StartAsync();
        using var other = await StartAsync();
        await RaiseAsync(gateway, "a", 5, _time.GetUtcNow().AddHours(5));
        await other.Book.RefreshAsync(CancellationToken.None);
        using var later = await StartAsync();
        foreach (var one in new[] { gateway, other, later })
            one.Limit.Should().Be((15, 15_000_000_000));

        _time.Advance(TimeSpan.FromHours(5));

        foreach (var one in new[] { gateway, other, later })
            one.Limit.Should().Be((10, 10_000_000_000));
        using var last = await StartAsync();
        last.Limit.Should().Be((10, 10_000_000_000), "it is over, though it is still in the store");
    }

    [Fact]
    public async Task A_reload_of_the_file_keeps_what_is_raised_and_a_raise_whose_budget_is_gone_harms_nobody()
    {
        using var gateway = await StartAsync();
        await RaiseAsync(gateway, "a", 5, _time.GetUtcNow().AddHours(5));

        gateway.Snapshots.Apply(new GatewayConfig { Budgets = [new() { Limit = 20, Period = BudgetPeriod.Month }] }, 2).Should().BeEmpty();
        gateway.Limit.Should().Be((25, 25_000_000_000));
        gateway.Snapshots.Apply(new GatewayConfig { Budgets = [new() { Limit = 20, Period = BudgetPeriod.Day }] }, 3).Should().BeEmpty();
        gateway.Limit.Should().Be((20, 20_000_000_000));
        _time.Advance(TimeSpan.FromHours(5));
        gateway.Limit.Should().Be((20, 20_000_000_000));
    }

    [Fact]
    public async Task A_raise_that_was_accepted_with_another_kind_of_reason_stays_in_force()
    {
        using var gateway = await StartAsync();
        await RaiseAsync(gateway, "a", 5, _time.GetUtcNow().AddHours(5), """{"why":"two\nlines"}""");

        gateway.Holder.Current.Config.Budgets.Single().Raised.Should().Be(5);
    }

    private async Task<Instance> StartAsync()
    {
        var (names, holder) = (new NamePool(), new SnapshotHolder());
        var admission = new AdmissionBook(_time, names);
        var compiler = new SnapshotCompiler(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System);
        var snapshots = new SnapshotSwitch(compiler, holder, admission, new(_time), _ledger, new IdleLedger(), _time, NullLogger<SnapshotSwitch>.Instance);
        var book = new EntityBook(_store, snapshots, _time, NullLogger<EntityBook>.Instance);
        // In the order of a start: the store's entities wait for the file.
        await book.RefreshAsync(CancellationToken.None);
        snapshots.Apply(File, 1).Should().BeEmpty();
        return new(book, snapshots, holder, admission);
    }

    private async Task RaiseAsync(Instance gateway, string name, int dollars, DateTimeOffset until, string reason = "\"r\"") => (await gateway.Book.WriteAsync(new()
    {
        Kind = EntityKinds.Raise,
        Name = name,
        Expected = EntityChange.Absent,
        Document = $$"""{"name":"{{name}}","owner_kind":"gateway","period":"month","amount_usd":{{dollars}},"until":"{{until:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","reason":{{reason}}}""",
        By = new("admin_key", "admin", null, "r"),
        Action = "raise.create",
        At = _time.GetUtcNow(),
    })).IsDone.Should().BeTrue();

    private sealed record Instance(EntityBook Book, SnapshotSwitch Snapshots, SnapshotHolder Holder, AdmissionBook Admission) : IDisposable
    {
        /// <summary>As the configuration says, in dollars, and as admission keeps it, in nano-dollars.</summary>
        public (decimal Configured, long Kept) Limit => (Holder.Current.Config.Budgets.Single().Limit, Admission.Statuses().Single().Limit.Value);

        public void Dispose() => Book.Dispose();
    }
}
