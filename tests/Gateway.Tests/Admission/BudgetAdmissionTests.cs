using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class BudgetAdmissionTests
{
    [Theory]
    [InlineData("key")]
    [InlineData("team")]
    [InlineData("gateway")]
    public void Of_200_simultaneous_attempts_a_budget_for_37_holds_admits_exactly_37(string owner)
    {
        BudgetConfig[] budget = [Budget(37 * 100)];
        var rig = new AdmissionRig().Configure(
            [Key("web-app", "growth", null, owner == "key" ? budget : [])],
            [Team("growth", null, owner == "team" ? budget : [])],
            owner == "gateway" ? budget : []);

        var results = new AdmissionResult[200];
        var worst = long.MinValue;
        InParallel(results.Length + 1, i =>
        {
            if (i < results.Length)
                results[i] = rig.Enter(input: 60, output: 40);
            else
                for (var sample = 0; sample < 500; sample++)
                    worst = Math.Max(worst, rig.Book.Statuses().Max(s => s.Spent.Value + s.Held.Value - s.Limit.Value));
        });

        results.Count(r => r.IsAdmitted).Should().Be(37);
        worst.Should().BeLessThanOrEqualTo(0, "settled and held never exceed the limit");
        results.Where(r => !r.IsAdmitted).Should().HaveCount(163).And.OnlyContain(r =>
            r.Rejection!.Error.Kind == ErrorKind.BudgetExceeded && r.Rejection.Reason == RejectionReason.Budget && r.Rejection.OwnerKind.Label() == owner);
        rig.Book.Held.Should().Be(new NanoUsd(37 * 100 * NanoPerToken));

        foreach (var result in results.Where(r => r.IsAdmitted))
            Settle(result.Reservation!, 100);
        rig.Book.Held.Should().Be(NanoUsd.Zero);
        rig.Book.Statuses().Should().ContainSingle().Which.Should().Match<BudgetStatus>(s => s.Spent == s.Limit && s.Left == NanoUsd.Zero);
        rig.Enter().IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public void Eight_concurrent_first_attempts_of_a_fresh_key_meet_its_budget()
    {
        var rig = new AdmissionRig().Configure([Key("fresh", null, null, Budget(3))]);
        var results = new AdmissionResult[8];

        InParallel(8, i => results[i] = rig.Enter(key: "fresh"));

        results.Count(r => r.IsAdmitted).Should().Be(3);
    }

    [Fact]
    public void Settling_below_the_hold_makes_room_for_more()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100))]);
        var first = rig.MustEnter(100);
        rig.Enter(1).IsAdmitted.Should().BeFalse();

        Settle(first, 30);

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 30 * NanoPerToken && s.Held == NanoUsd.Zero && s.Left.Value == 70 * NanoPerToken);
        rig.Enter(70).IsAdmitted.Should().BeTrue();
        rig.Enter(1).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public void Settling_above_the_hold_is_charged_in_full_and_never_makes_the_rest_negative()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100))]);

        Settle(rig.MustEnter(90), 150);

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 150 * NanoPerToken && s.Left == NanoUsd.Zero);
        rig.Enter(1).Rejection!.Error.Kind.Should().Be(ErrorKind.BudgetExceeded);
    }

    [Fact]
    public void A_second_settlement_changes_nothing()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, new LimitsConfig { Concurrency = 2, Tpm = 1000 }, Budget(100))]);
        var (first, other) = (rig.MustEnter(40), rig.MustEnter(40));

        InParallel(8, _ => Settle(first, 10));

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 10 * NanoPerToken && s.Held.Value == 40 * NanoPerToken);
        rig.Enter(1).IsAdmitted.Should().BeTrue("one of two places is free");
        rig.Enter(1).IsAdmitted.Should().BeFalse("and only one");
        Settle(other, 0);
    }

    [Fact]
    public void An_attempt_that_the_last_scope_refuses_takes_nothing_from_the_others()
    {
        var limits = new LimitsConfig { Rpm = 1, Tpm = 100, Concurrency = 1 };
        var full = MakeModel("full", new LimitsConfig { Concurrency = 1 });
        var rig = new AdmissionRig().Configure([Key("web-app", "growth", limits, Budget(100)), Key("other")], [Team("growth", limits, Budget(100))], [Budget(200)], full);
        var occupant = rig.MustEnter(10, key: "other");

        var refused = rig.Enter(100);

        refused.Rejection.Should().Match<AdmissionRejection>(r => r.OwnerKind == OwnerKind.Target && r.Owner == "acme/full-large" && r.Reason == RejectionReason.RateLimit);
        refused.Rejection!.RateLimits.Requests.Should().Be(new RateLimitStatus(1, 1, TimeSpan.Zero));
        refused.Rejection.RateLimits.Tokens.Should().Be(new RateLimitStatus(100, 100, TimeSpan.Zero));
        rig.Book.Held.Value.Should().Be(10 * NanoPerToken, "only the occupant holds, of the gateway's budget");
        Settle(occupant, 0);
        rig.Enter(100).IsAdmitted.Should().BeTrue("everything is still there");
    }

    [Theory]
    [InlineData(101, 0L)]
    [InlineData(0, 101L)]
    [InlineData(0, null)]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void An_attempt_larger_than_the_whole_budget_is_refused_as_such(long input, long? output)
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100))]);

        var error = rig.Enter(input, output).Rejection!.Error;

        error.Kind.Should().Be(ErrorKind.BudgetExceeded);
        error.Message.Should().StartWith("Request larger than the budget: it can cost up to $").And.Contain("the day budget of key 'web-app' is $0.0001 in all");
        error.RetryAfter.Should().BeNull("no time makes it fit");
        rig.Enter(100).IsAdmitted.Should().BeTrue("a refused attempt costs nothing");
    }

    [Fact]
    public void A_refusal_names_owner_period_limit_spent_held_and_reset_time()
    {
        var rig = new AdmissionRig(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero))
            .Configure([Key("web-app", "growth")], [Team("growth", null, Budget(1000, BudgetPeriod.Month, "Europe/Madrid"))]);
        Settle(rig.MustEnter(600), 600);
        rig.MustEnter(300);

        var rejection = rig.Enter(450).Rejection!;

        rejection.Error.Message.Should().Be("Budget exceeded: the month budget of team 'growth' is $0.001; spent $0.0006, held by running requests $0.0003, " +
            "and this request can cost up to $0.00045. It resets at 2026-11-30T23:00:00Z.");
        rejection.Error.RetryAfter.Should().Be(TimeSpan.FromHours(10 * 24 + 11), "until the budget resets");
        (rejection.OwnerKind, rejection.Owner).Should().Be((OwnerKind.Team, "growth"));
        rig.Enter(400).Rejection!.Error.RetryAfter.Should().Be(TimeSpan.FromSeconds(1), "only a running request is in the way");
    }

    [Fact]
    public void A_total_budget_never_resets()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100, BudgetPeriod.Total))]);
        Settle(rig.MustEnter(100), 100);

        rig.Time.Advance(TimeSpan.FromDays(4000));

        var error = rig.Enter(1).Rejection!.Error;
        error.Message.Should().EndWith("It does not reset.");
        error.RetryAfter.Should().BeNull();
    }

    [Theory]
    [InlineData(false, UnpricedPolicy.Reject, true, false)]
    [InlineData(false, UnpricedPolicy.Allow, true, true)]
    [InlineData(false, UnpricedPolicy.Reject, false, true)]
    [InlineData(true, UnpricedPolicy.Reject, true, true)]
    public void A_model_without_a_price_passes_only_where_no_budget_applies_or_the_policy_allows_it(bool priced, UnpricedPolicy policy, bool budget, bool admitted)
    {
        var rig = new AdmissionRig().Configure(gateway: budget ? [Budget(1)] : [], model: MakeModel("odd", new LimitsConfig(), priced, policy));

        var result = rig.Enter();

        result.IsAdmitted.Should().Be(admitted);
        if (admitted)
            return;
        result.Rejection!.Reason.Should().Be(RejectionReason.Unpriced);
        result.Rejection.Error.Should().Match<GatewayError>(e => e.Status == 400 && e.Code == "model_unpriced" && e.Param == "model");
        result.Rejection.Error.Message.Should().Contain("'odd'").And.Contain("acme/odd-large").And.Contain("the gateway has a budget").And.Contain("unpriced: allow");
    }

    [Fact]
    public void What_costs_nothing_passes_an_exhausted_budget()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(10))]);
        Settle(rig.MustEnter(10), 20);

        rig.Enter(input: 0).IsAdmitted.Should().BeTrue();
        rig.Enter(input: 1).IsAdmitted.Should().BeFalse();
    }

    [Theory]
    [InlineData(null, AttemptBound.AssumedOutput)]
    [InlineData(128_000L, 128_000L)]
    public void A_request_that_names_no_bound_holds_the_models_own_or_else_the_assumed_one(long? ofModel, long held)
    {
        var fast = MakeModel("fast", new LimitsConfig());
        var rig = new AdmissionRig().Configure(model: fast with { Targets = [fast.Targets[0] with { MaxOutput = ofModel }] });

        rig.MustEnter(input: 10, output: null).Hold.Value.Should().Be((10 + held) * NanoPerToken);
        rig.MustEnter(input: 10, output: 7).Hold.Value.Should().Be(17 * NanoPerToken);
    }

    [Fact]
    public void Attempts_of_a_request_have_ids_of_their_own()
    {
        var rig = new AdmissionRig().Configure();

        rig.Enter(attempt: 1).Reservation!.AttemptId.Should().Be("req_1-1");
        rig.Enter(attempt: 12).Reservation!.AttemptId.Should().Be("req_2-12");
    }

    [Fact]
    public void A_negative_cost_is_refused_as_the_bug_it_is()
    {
        var rig = new AdmissionRig().Configure();
        var reservation = rig.MustEnter();

        reservation.Invoking(r => r.Settle(new NanoUsd(-1), default)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Absurd_costs_fill_the_budget_and_do_not_overflow()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, new LimitsConfig { Tpm = 1000 }, Budget(100))]);
        var (first, second) = (rig.MustEnter(10), rig.MustEnter(10));

        first.Settle(new NanoUsd(long.MaxValue), new TokenUsage { Input = long.MaxValue });
        second.Settle(new NanoUsd(long.MaxValue), new TokenUsage { Input = long.MaxValue });

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == long.MaxValue && s.Left == NanoUsd.Zero && s.Held == NanoUsd.Zero);
        rig.Enter(1).IsAdmitted.Should().BeFalse();
        rig.Time.Advance(TimeSpan.FromDays(1));
        rig.Enter(100).IsAdmitted.Should().BeTrue();
    }

    private static void InParallel(int threads, Action<int> body)
    {
        using var barrier = new Barrier(threads);
        var all = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            barrier.SignalAndWait();
            body(i);
        })).ToList();
        all.ForEach(t => t.Start());
        all.ForEach(t => t.Join());
    }
}
