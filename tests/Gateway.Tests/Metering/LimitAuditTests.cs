using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Audit;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering;

/// <summary>More than a limit was spent: what the audit says of it, and when that is a fault.</summary>
public sealed class LimitAuditTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly BudgetConfig Limit = new() { Limit = 1, Period = BudgetPeriod.Day };

    private readonly TempDirectory _directory = new();
    private readonly SqliteLedgerStore _store;

    public LimitAuditTests() => _store = new(_directory.File("gateway.db"));

    public async Task InitializeAsync() => await _store.MigrateAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Attempts_that_came_to_more_than_they_held_are_told_and_are_no_fault()
    {
        // Both were under way when the first one turned out dearer than anybody could know.
        await WriteAsync(Row(1, minute: 0, cents: 150, seconds: 90), Row(2, minute: 1, cents: 30, seconds: 300));

        var report = await AuditAsync(Entity("key", "web-app", Midnight.AddHours(-1)));

        report.Differences.Should().Be(0);
        report.Balances.Single().Over.Should().Be(NanoUsd.FromDollars(0.8m));
    }

    [Theory]
    [InlineData("key", -1, 1)]
    [InlineData("key", 1, 0)]      // changed in the window: the limit may have been higher
    [InlineData("filed", -1, 0)]   // it is in the file, of which nobody knows
    public async Task What_was_admitted_long_after_all_was_spent_is_a_fault_where_the_limit_is_known(string kind, int changedAfterHours, int differences)
    {
        await WriteAsync(Row(1, minute: 0, cents: 100, seconds: 5), Row(2, minute: 1, cents: 7, seconds: 5), Row(3, minute: 3, cents: 20, seconds: 5));

        var report = await AuditAsync(Entity(kind, "web-app", Midnight.AddHours(changedAfterHours)));

        report.Told.Should().HaveCount(differences);
        if (differences > 0) report.Told[0].Should().Be("budget of key 'web-app' (day): $0.2 admitted more than a minute after all of its limit of $1 was spent");
        report.Balances.Single().Over.Should().Be(NanoUsd.FromDollars(0.27m));
    }

    [Fact]
    public async Task Another_gateway_may_not_have_known_yet()
    {
        await WriteAsync(Row(1, minute: 0, cents: 100, seconds: 5), Row(2, minute: 3, cents: 20, seconds: 5) with { Instance = "another" });

        (await AuditAsync(Entity("key", "web-app", Midnight.AddHours(-1)))).Differences.Should().Be(0);
    }

    [Fact]
    public async Task A_cost_that_was_corrected_later_did_not_refuse_anybody_then()
    {
        await WriteAsync(Row(1, minute: 0, cents: 90, seconds: 5), Row(2, minute: 3, cents: 20, seconds: 5));
        await _store.CorrectAsync([new("a-1", NanoUsd.FromDollars(0.9m), null, NanoUsd.FromDollars(1.5m), "v2")], Midnight.AddHours(2), CancellationToken.None);

        (await AuditAsync(Entity("key", "web-app", Midnight.AddHours(-1)))).Told.Should().NotContain(static t => t.Contains("more than a minute"));
    }

    [Theory]
    [InlineData(30, "2026-11-20T12:00:00Z", 0)]      // it was in force in this window, and has been ended since
    [InlineData(30, "2026-11-20T00:00:00Z", 0.27)]   // it ended before
    [InlineData(20, "2026-11-20T12:00:00Z", 0.07)]
    public async Task Raises_of_the_window_count_also_when_they_are_over(int cents, string until, decimal over)
    {
        await WriteAsync(Row(1, minute: 0, cents: 100, seconds: 5), Row(2, minute: 3, cents: 27, seconds: 5));
        var raise = $$"""{"name":"r","owner_kind":"key","owner":"web-app","period":"day","amount_usd":{{cents / 100m}},"until":"{{until}}","reason":"a launch"}""";

        var report = await AuditAsync(Entity("key", "web-app", Midnight.AddHours(-1)), raise, """{"name":"x","owner_kind":"key","owner":"another","period":"day","amount_usd":5,"until":"2026-11-21","reason":"r"}""");

        report.Balances.Single().Over.Should().Be(NanoUsd.FromDollars(over));
    }

    private async Task WriteAsync(params LedgerRow[] rows) => await _store.AppendAsync(rows, CancellationToken.None);

    private static LedgerRow Row(int number, int minute, int cents, int seconds) => LedgerRows.Row(number) with
    {
        At = Midnight.AddHours(1).AddMinutes(minute),
        Cost = NanoUsd.FromDollars(cents / 100m),
        DurationMs = seconds * 1000,
        PriceVersion = "not kept",
        Instance = "one",
        UsageSource = UsageSource.Exact,
    };

    private static Entity Entity(string kind, string name, DateTimeOffset updatedAt) => new() { Kind = kind, Name = name, Document = "{}", Revision = 1, CreatedAt = updatedAt, UpdatedAt = updatedAt };

    /// <param name="key">How the key came to be; the budget has a day and a dollar.</param>
    private async Task<AuditReport> AuditAsync(Entity key, params string[] raises)
    {
        var time = new ManualTime(Midnight.AddHours(3));
        var book = new AdmissionBook(time, new NamePool());
        book.Configure([new KeyEntry { Name = "web-app", Team = "growth", Models = null, Config = new() { Name = "web-app", Hash = default, Budgets = [Limit] } }], [], [], []);
        var config = new GatewayConfig { Keys = [new() { Name = "web-app", Hash = default, Budgets = [Limit] }] };
        var entries = raises.Select((r, i) => new AuditEntry { Id = i, At = Midnight, By = new("admin", "admin", null, "req"), Action = "raise.create", Kind = "raise", Name = "r", After = r }).ToList();
        var limits = new LimitHistory(config, key.Kind == "filed" ? config : new(), [key with { Kind = "key" }], entries);
        return await new LedgerAudit(_store, book, limits, time).RunAsync(CancellationToken.None);
    }
}
