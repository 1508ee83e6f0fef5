using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Tests.Support;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class BudgetRestoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task After_a_restart_what_was_spent_in_the_current_windows_is_spent()
    {
        var ledger = new Ledger(
            (Noon.AddHours(-1), "web-app", "growth", 10), (Noon.AddHours(-2), "batch", "growth", 20), (Noon.AddHours(-3), "web-app", null, 1),
            (Noon.AddDays(-1), "web-app", "growth", 100), (Noon.AddDays(-30), "web-app", "growth", 1000));
        var rig = new AdmissionRig(Noon).Configure(
            [Key("web-app", "growth", null, Budget(5000), Budget(5000, BudgetPeriod.Month), Budget(5000, BudgetPeriod.Total)), Key("batch", "growth", null, Budget(5000))],
            [Team("growth", null, Budget(5000), Budget(5000, BudgetPeriod.Month))],
            [Budget(5000), Budget(5000, BudgetPeriod.Total)]);

        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        rig.Book.Statuses().ToDictionary(s => $"{s.Owner} {s.Period}", s => s.Spent.Value / NanoPerToken).Should().BeEquivalentTo(new Dictionary<string, long>
        {
            ["web-app Day"] = 11,
            ["web-app Month"] = 111,
            ["web-app Total"] = 1111,
            ["batch Day"] = 20,
            ["growth Day"] = 30,
            ["growth Month"] = 130,
            ["gateway Day"] = 31,
            ["gateway Total"] = 1131,
        });
        ledger.Queries.Should().HaveCount(3, "there are three beginnings of windows: today, this month, ever");
        rig.Book.Unrestored().Should().BeEmpty();
    }

    [Fact]
    public async Task Restoring_again_changes_nothing()
    {
        var ledger = new Ledger((Noon.AddHours(-1), "web-app", null, 10));
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Budget(100))]);
        var opening = rig.Book.Unrestored().Should().ContainSingle().Subject;

        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);
        rig.Book.Restore(opening, [new(null, new NanoUsd(77))]);
        rig.Configure([Key("web-app", null, null, Budget(200))]);
        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        rig.Status().Spent.Value.Should().Be(10 * NanoPerToken);
        ledger.Queries.Should().ContainSingle();
    }

    [Fact]
    public async Task A_budget_that_a_reload_adds_is_restored_up_to_the_reload_and_counts_from_there_itself()
    {
        var ledger = new Ledger((Noon.AddHours(-1), "web-app", null, 10));
        var rig = new AdmissionRig(Noon).Configure([Key("web-app")]);
        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        rig.Configure([Key("web-app", null, null, Budget(100))]);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Settle(rig.MustEnter(5), 5);
        ledger.Rows.Add((rig.Time.GetUtcNow(), "web-app", null, 5));
        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        rig.Status().Spent.Value.Should().Be(15 * NanoPerToken);
        ledger.Queries.Should().ContainSingle().Which.Filter.To.Should().Be(Noon);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_taken_for_nothing_spent()
    {
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Budget(100))]);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        var restore = async () => await BudgetRestore.RunAsync(rig.Book, new Ledger(), stopped.Token);

        await restore.Should().ThrowAsync<OperationCanceledException>();
        rig.Book.Unrestored().Should().ContainSingle();
    }

    /// <summary>Sums by key and team over rows of (admitted, key, team, tokens).</summary>
    private sealed class Ledger(params (DateTimeOffset At, string Key, string? Team, long Tokens)[] rows) : StubLedgerStore
    {
        public List<(DateTimeOffset At, string Key, string? Team, long Tokens)> Rows { get; } = [.. rows];

        public List<UsageQuery> Queries { get; } = [];

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            query.GroupBy.Should().Equal(UsageDimension.Key, UsageDimension.Team);
            Queries.Add(query);
            IReadOnlyList<UsageSum> sums =
            [
                .. Rows.Where(r => (query.Filter.From is not { } from || r.At >= from) && (query.Filter.To is not { } to || r.At < to))
                    .GroupBy(r => (r.Key, r.Team))
                    .Select(g => new UsageSum([g.Key.Key, g.Key.Team], g.Count(), default, new NanoUsd(g.Sum(r => r.Tokens) * NanoPerToken))),
            ];
            return new(sums);
        }
    }
}
