using FsCheck;
using FsCheck.Fluent;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Tests.Support;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class RollingBudgetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Spending_counts_for_a_whole_period_and_not_longer_than_a_slice_more()
    {
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Hour))]);
        Settle(rig.MustEnter(100), 100);

        rig.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        rig.Enter(1).IsAdmitted.Should().BeFalse("an hour has not passed");
        rig.Time.Advance(TimeSpan.FromSeconds(30) + TimeSpan.FromTicks(1));

        rig.MustEnter(100);
    }

    [Fact]
    public void A_calendar_boundary_means_nothing()
    {
        var rig = new AdmissionRig(new DateTimeOffset(2026, 11, 20, 23, 59, 0, TimeSpan.Zero)).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Day))]);
        Settle(rig.MustEnter(100), 100);

        rig.Time.Advance(TimeSpan.FromMinutes(2));

        rig.Enter(1).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public void A_refusal_says_when_there_is_room()
    {
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Hour))]);
        Settle(rig.MustEnter(30), 30);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        Settle(rig.MustEnter(60), 60);
        rig.Time.Advance(TimeSpan.FromMinutes(10));

        rig.Enter(40).Rejection!.Error.Should().Match<Core.Errors.GatewayError>(e =>
            e.Message.Contains("the rolling hour budget of key 'web-app'") && e.Message.EndsWith("There is room for it at 2026-11-20T13:00:30Z.") && e.RetryAfter == TimeSpan.FromSeconds((40 * 60) + 30));
        rig.Enter(71).Rejection!.Error.RetryAfter.Should().Be(TimeSpan.FromSeconds((50 * 60) + 30), "the second one has to be forgotten too");
    }

    [Fact]
    public void What_is_held_counts_until_it_settles_and_then_what_it_cost()
    {
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Minute))]);
        var running = rig.MustEnter(100);
        rig.Enter(1).IsAdmitted.Should().BeFalse();
        rig.Time.Advance(TimeSpan.FromSeconds(20));

        Settle(running, 40);

        rig.Status(period: BudgetPeriod.Minute).Should().Match<BudgetStatus>(s => s.IsRolling && s.Spent.Value == 40 * NanoPerToken && s.Held == NanoUsd.Zero && s.Left.Value == 60 * NanoPerToken);
        rig.MustEnter(60);
    }

    [Fact]
    public void A_clock_set_back_frees_nothing()
    {
        var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Hour))]);
        Settle(rig.MustEnter(100), 100);

        rig.Time.SetClock(Noon.AddHours(-3));

        rig.Enter(1).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public async Task After_a_restart_nothing_is_free_too_early()
    {
        var ledger = new PieceLedger(("2026-11-20T09", 30), ("2026-11-20T11", 50));
        var rig = new AdmissionRig(Noon.AddMinutes(10)).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Day))]);

        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        ledger.Query!.GroupBy.Should().Equal(UsageDimension.Key, UsageDimension.Team, UsageDimension.Hour);
        ledger.Query.Filter.From.Should().BeOnOrBefore(Noon.AddDays(-1).AddMinutes(10)).And.BeAfter(Noon.AddDays(-1).AddMinutes(-20));
        rig.Status().Spent.Value.Should().Be(80 * NanoPerToken);
        rig.MustEnter(20);
        rig.Time.SetClock(Noon.AddDays(1).AddHours(-2).AddTicks(-1));
        rig.Enter(30).IsAdmitted.Should().BeFalse("what was spent between nine and ten may have been spent at ten");
        rig.Time.Advance(TimeSpan.FromMinutes(12));
        rig.MustEnter(30);
    }

    /// <summary>For random traffic: what was admitted in any stretch of the period's length costs no more than the limit.</summary>
    [Fact]
    public void No_stretch_of_the_period_costs_more_than_the_limit()
    {
        var steps = Gen.Choose(0, 20_000).Zip(Gen.Choose(1, 60)).ListOf(60);
        Prop.ForAll(steps.ToArbitrary(), list =>
        {
            var rig = new AdmissionRig(Noon).Configure([Key("web-app", null, null, Rolling(100, BudgetPeriod.Minute))]);
            var admitted = new List<(DateTimeOffset At, long Cost)>();
            foreach (var (wait, tokens) in list)
            {
                rig.Time.Advance(TimeSpan.FromMilliseconds(wait));
                if (rig.Enter(tokens).Reservation is not { } reservation)
                    continue;
                admitted.Add((rig.Time.GetUtcNow(), tokens));
                Settle(reservation, tokens);
            }

            return admitted.All(first => admitted.Where(a => a.At >= first.At && a.At < first.At.AddMinutes(1)).Sum(static a => a.Cost) <= 100);
        }).QuickCheckThrowOnFailure();
    }

    private static BudgetConfig Rolling(long tokens, BudgetPeriod period) => Budget(tokens, period) with { Rolling = true };

    /// <summary>Knows sums of pieces of time, all of one key.</summary>
    private sealed class PieceLedger(params (string Piece, long Tokens)[] sums) : StubLedgerStore
    {
        public UsageQuery? Query { get; private set; }

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken)
        {
            Query = query;
            return new([.. sums.Select(s => new UsageSum(["web-app", null, s.Piece], 1, default, new NanoUsd(s.Tokens * NanoPerToken)))]);
        }
    }
}
