using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Prompts;
using Gateway.Routing;
using Gateway.Tests.Support;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

/// <summary>What a function may spend holds beside what its callers may.</summary>
public sealed class FunctionBudgetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_keys_share_it_and_requests_for_other_things_do_not_feel_it()
    {
        var rig = new AdmissionRig(Noon);
        var (one, two) = (Key("one"), Key("two"));
        var function = Function("summary", Budget(100));
        rig.Book.Configure([one, two], [], [], [rig.Model], [function]);

        Settle(Enter(rig, function.Bind(one), 60).Reservation!, 60);
        var refused = Enter(rig, function.Bind(two), 60).Rejection!;

        (refused.OwnerKind, refused.Owner, refused.Reason).Should().Be((OwnerKind.Function, "summary", RejectionReason.Budget));
        refused.Error.Message.Should().Contain("the day budget of function 'summary' is $0.0001; spent $0.00006");
        Enter(rig, two, 1_000_000).IsAdmitted.Should().BeTrue("the key itself has no limit");
        Enter(rig, function.Bind(two), 40).IsAdmitted.Should().BeTrue();
        rig.Status(OwnerKind.Function).Should().BeEquivalentTo(new { Owner = "summary", Spent = new NanoUsd(60_000), Held = new NanoUsd(40_000) });
    }

    [Fact]
    public void The_keys_own_budgets_hold_too_and_nothing_is_taken_of_one_where_another_refuses()
    {
        var rig = new AdmissionRig(Noon);
        var key = Key("one", "growth", null, Budget(50));
        var function = Function("summary", Budget(100));
        rig.Book.Configure([key], [Team("growth", null, Budget(1000))], [Budget(1000)], [rig.Model], [function]);
        var bound = function.Bind(key);

        Enter(rig, bound, 60).Rejection!.OwnerKind.Should().Be(OwnerKind.Key);
        rig.Book.Held.Should().Be(NanoUsd.Zero);
        Settle(Enter(rig, bound, 50).Reservation!, 10);

        rig.Book.Statuses().Select(static s => (s.OwnerKind, s.Spent.Value)).Should().BeEquivalentTo(
            [(OwnerKind.Key, 10_000L), (OwnerKind.Team, 10_000L), (OwnerKind.Gateway, 10_000L), (OwnerKind.Function, 10_000L)]);
        bound.Scopes!.IsMetered.Should().BeTrue();
    }

    [Fact]
    public void A_model_without_a_price_is_not_for_a_function_with_a_budget()
    {
        var rig = new AdmissionRig(Noon);
        var (key, function, odd) = (Key("one"), Function("summary", Budget(100)), MakeModel("odd", new LimitsConfig(), priced: false));
        rig.Book.Configure([key], [], [], [odd], [function]);

        rig.Admission.Enter(Ask(function.Bind(key), odd, 1)).Rejection!.Error.Message.Should().Contain("function 'summary' has a budget");
        rig.Admission.Enter(Ask(key, odd, 1)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public void A_budget_that_nobody_counts_is_a_bug_that_is_told()
    {
        var key = Key("one");
        new AdmissionRig().Book.Configure([key], [], [], []);

        FluentActions.Invoking(() => Function("summary", Budget(1)).Bind(key)).Should().Throw<InvalidOperationException>().WithMessage("function 'summary' has budgets that*");
        Function("free").Bind(key).Should().BeSameAs(key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_restart_what_was_spent_for_it_is_spent(bool rolling)
    {
        var ledger = new Ledger();
        var rig = new AdmissionRig(Noon);
        var budget = Budget(1000) with { Rolling = rolling };
        rig.Book.Configure([Key("one", "growth", null, budget)], [Team("growth", null, budget)], [budget], [rig.Model], [Function("summary", budget), Function("other", budget)]);

        await BudgetRestore.RunAsync(rig.Book, ledger, CancellationToken.None);

        rig.Book.Statuses().Select(static s => (s.Owner, s.Spent.Value)).Should().BeEquivalentTo([("one", 11L), ("growth", 10L), ("gateway", 31L), ("summary", 30L), ("other", 0L)]);
        rig.Book.Unrestored().Should().BeEmpty();
    }

    private static PromptFunction Function(string name, params BudgetConfig[] budgets)
    {
        var version = new PromptVersionConfig { Version = 1, Messages = [new("user", "x")] };
        return new(new() { Name = name, Model = "fast", Prompt = "p", Budgets = budgets }, PromptVersion.Compile("p", version, out _), IsStale: false, null, []);
    }

    private static AdmissionResult Enter(AdmissionRig rig, KeyEntry key, long tokens) => rig.Admission.Enter(Ask(key, rig.Model, tokens));

    private static AdmissionRequest Ask(KeyEntry key, ModelEntry model, long tokens) => new("r", 1, key, InferenceEndpoint.ChatCompletions, model, model.Targets[0], tokens, 0);

    /// <summary>Three rows of an hour ago: two for the function, by two keys.</summary>
    private sealed class Ledger : StubLedgerStore
    {
        private static readonly (string Key, string? Team, string? Function, long Cost)[] Rows = [("one", "growth", "summary", 10), ("two", null, "summary", 20), ("one", null, null, 1)];

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => new(
        [
            .. Rows.Select(r => new UsageSum([.. query.GroupBy.Select(d => d switch
            {
                UsageDimension.Key => r.Key,
                UsageDimension.Team => r.Team,
                UsageDimension.Function => r.Function,
                UsageDimension.Hour => "2026-11-20T11",
                _ => throw new ArgumentOutOfRangeException(nameof(query)),
            })], 1, default, new(r.Cost))),
        ]);
    }
}
