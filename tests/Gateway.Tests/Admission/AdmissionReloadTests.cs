using Gateway.Admission;
using Gateway.Config;
using Gateway.Routing;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class AdmissionReloadTests
{
    [Fact]
    public void A_reload_keeps_what_is_spent_held_counted_and_running()
    {
        var limits = new LimitsConfig { Rpm = 3, Tpm = 1000, Concurrency = 2 };
        var rig = new AdmissionRig().Configure([Key("web-app", null, limits, Budget(100))]);
        Settle(rig.MustEnter(30), 30);
        var running = rig.MustEnter(50);

        rig.Configure([Key("web-app", null, limits, Budget(100))]);

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 30 * NanoPerToken && s.Held.Value == 50 * NanoPerToken);
        rig.Enter(21).IsAdmitted.Should().BeFalse();
        var last = rig.MustEnter(20);
        rig.Enter(1).Rejection!.Error.Message.Should().Contain("at the same time");
        Settle(running, 10);
        rig.Enter(1).Rejection!.Error.Message.Should().Contain("limit 3 requests per minute, used 3");
        Settle(last, 20);
        rig.Book.Held.Value.Should().Be(0);
        rig.Status().Spent.Value.Should().Be(60 * NanoPerToken);
    }

    [Fact]
    public void New_limits_count_from_what_is_spent_already()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100))]);
        Settle(rig.MustEnter(80), 80);

        rig.Configure([Key("web-app", null, null, Budget(60))]);
        rig.Enter(1).IsAdmitted.Should().BeFalse();
        rig.Status().Left.Value.Should().Be(0);

        rig.Configure([Key("web-app", null, null, Budget(200))]);
        rig.Enter(121).IsAdmitted.Should().BeFalse();
        rig.MustEnter(120);
    }

    [Fact]
    public void Every_budget_of_an_owner_is_found_again_whatever_its_place()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100), Budget(500, BudgetPeriod.Month))]);
        Settle(rig.MustEnter(80), 80);

        rig.Configure([Key("web-app", null, null, Budget(500, BudgetPeriod.Month), Budget(10, BudgetPeriod.Hour), Budget(100))]);

        rig.Status(period: BudgetPeriod.Month).Spent.Value.Should().Be(80 * NanoPerToken);
        rig.Status(period: BudgetPeriod.Day).Spent.Value.Should().Be(80 * NanoPerToken);
        rig.Status(period: BudgetPeriod.Hour).Spent.Value.Should().Be(0);
        rig.Enter(11).IsAdmitted.Should().BeFalse();
        rig.MustEnter(10);
    }

    [Fact]
    public void Of_two_budgets_with_the_same_period_and_zone_the_lower_one_binds()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100), Budget(40), Budget(70))]);

        Settle(rig.MustEnter(30), 30);

        rig.Status().Should().Match<BudgetStatus>(s => s.Limit.Value == 40 * NanoPerToken && s.Spent.Value == 30 * NanoPerToken);
    }

    [Fact]
    public void A_key_that_is_removed_is_forgotten_once_nothing_of_it_runs()
    {
        var rig = new AdmissionRig().Configure([Key("old", null, null, Budget(100))]);
        var running = rig.MustEnter(60, key: "old");

        rig.Configure([Key("new")]);
        rig.Book.Held.Value.Should().Be(60 * NanoPerToken);
        rig.Configure([Key("old", null, null, Budget(100))]);
        rig.Enter(41, key: "old").IsAdmitted.Should().BeFalse("it was not forgotten while its attempt ran");
        Settle(running, 60);

        rig.Configure([Key("new")]);
        rig.Book.Statuses().Should().BeEmpty();
    }

    [Fact]
    public void Settling_after_the_key_was_removed_is_harmless()
    {
        var rig = new AdmissionRig().Configure([Key("old", null, new LimitsConfig { Concurrency = 1 }, Budget(100))]);
        var running = rig.MustEnter(60, key: "old");
        rig.Configure([Key("new")]);

        Settle(running, 10);
        rig.Configure([Key("new")]);

        rig.Book.Statuses().Should().BeEmpty();
    }

    [Fact]
    public void A_key_that_moves_to_another_team_is_charged_there_from_then_on()
    {
        TeamConfig[] teams = [Team("a", null, Budget(100)), Team("b", null, Budget(100))];
        var rig = new AdmissionRig().Configure([Key("web-app", "a")], teams);
        var before = rig.MustEnter(10);

        rig.Configure([Key("web-app", "b")], teams);
        Settle(rig.MustEnter(20), 20);
        Settle(before, 10);

        rig.Book.Statuses().ToDictionary(s => s.Owner, s => s.Spent.Value).Should().Equal(new Dictionary<string, long> { ["a"] = 10 * NanoPerToken, ["b"] = 20 * NanoPerToken });
    }

    [Fact]
    public void The_same_target_of_two_models_has_the_limits_of_each()
    {
        var (fast, slow) = (MakeModel("fast", new LimitsConfig { Rpm = 1 }), MakeModel("slow", new LimitsConfig { Rpm = 2 }));
        var shared = slow with { Targets = [slow.Targets[0] with { Model = fast.Targets[0].Model }] };
        var rig = new AdmissionRig().Configure();
        rig.Book.Configure([Key("other")], [], [], [fast, shared]);

        int Admitted(ModelEntry model) => Enumerable.Range(0, 5).Count(_ => rig.Enter(model: model).IsAdmitted);

        Admitted(fast).Should().Be(1);
        Admitted(shared).Should().Be(2);
    }

    [Fact]
    public void Limits_that_the_book_was_not_told_of_let_nothing_through()
    {
        var rig = new AdmissionRig().Configure();
        var unknown = MakeModel("unknown", new LimitsConfig { Rpm = 1 });

        rig.Invoking(r => r.Enter(model: unknown)).Should().Throw<InvalidOperationException>().WithMessage("*acme/unknown-large*");
    }

    [Fact]
    public void A_time_zone_that_does_not_exist_changes_nothing()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(100))]);

        rig.Invoking(r => r.Configure([Key("web-app", null, null, Budget(5)), Key("b", null, null, Budget(1, BudgetPeriod.Day, "Mars/Olympus"))]))
            .Should().Throw<TimeZoneNotFoundException>().WithMessage("*Mars/Olympus*");

        rig.Status().Limit.Value.Should().Be(100 * NanoPerToken);
    }

    [Fact]
    public void Reloads_under_load_lose_nothing()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(1_000_000_000))]);
        using var stop = new CancellationTokenSource();
        var reloads = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                rig.Book.Configure([Key("web-app", null, new LimitsConfig { Rpm = i % 2 == 0 ? 1_000_000 : null, Concurrency = 100 + i % 3 }, Budget(1_000_000_000 + i % 5))], [], [], [rig.Model]);
        });
        reloads.Start();

        var workers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 5000; i++)
                Settle(rig.MustEnter(10), 7);
        })).ToList();
        workers.ForEach(t => t.Start());
        workers.ForEach(t => t.Join());
        stop.Cancel();
        reloads.Join();

        rig.Book.Held.Value.Should().Be(0);
        rig.Status().Spent.Value.Should().Be(4 * 5000 * 7 * NanoPerToken);
    }

    [Fact]
    public void Ten_thousand_keys_share_what_they_can()
    {
        var keys = Enumerable.Range(0, 10_000).Select(i => Key($"key-{i}", "growth")).ToArray();

        var rig = new AdmissionRig().Configure(keys, [Team("growth", null, Budget(10))]);

        keys.Select(k => k.Scopes).Distinct().Should().ContainSingle();
        rig.Enter(11, key: "key-77").Rejection!.Owner.Should().Be("growth");
    }
}
