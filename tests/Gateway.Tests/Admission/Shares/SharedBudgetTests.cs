using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>Several gateways, one budget.</summary>
public sealed class SharedBudgetTests : SharedLimitRig
{
    [Fact]
    public async Task A_budget_is_enough_for_so_many_requests_wherever_they_are_made()
    {
        var instances = Start(4, () => Key(budgets: Budget(37)));

        var admitted = 0;
        for (var i = 0; i < 200; i++)
            admitted += (await instances[i % 4].EnterAsync(1)).IsAdmitted ? 1 : 0;

        admitted.Should().BeInRange(34, 37, "each may have kept less than a request needs");
        for (var second = 0; second < 10; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var instance in instances)
                await instance.ExchangeAsync(isBeat: true);
        }
        for (var i = 0; i < 20; i++)
            admitted += (await instances[i % 4].EnterAsync(1)).IsAdmitted ? 1 : 0;
        admitted.Should().Be(37, "some seconds later that is put together");
        instances.Sum(static i => i.Book.Held.Value).Should().Be(37 * NanoPerToken);
    }

    [Fact]
    public async Task All_that_wait_at_once_get_what_there_is()
    {
        var instances = Start(1, () => Key(budgets: Budget(37)));

        var entering = Enumerable.Range(0, 200).Select(_ => instances[0].Begin(1)).ToList();
        await instances[0].ServeAsync(() => entering.TrueForAll(static e => e.IsCompleted));

        (await Task.WhenAll(entering)).Count(static r => r.IsAdmitted).Should().Be(37);
        Store.Exchanges.Should().BeLessThan(40, "one round trip serves all that wait");
    }

    [Fact]
    public async Task A_warm_budget_costs_no_round_trip()
    {
        var instances = Start(1, () => Key(budgets: Budget(1_000_000)));
        for (var second = 0; second < 3; second++)
        {
            for (var i = 0; i < 100; i++)
                Settle((await instances[0].EnterAsync(10)).Reservation!, 1);
            Time.Advance(TimeSpan.FromSeconds(1));
            await instances[0].ExchangeAsync(isBeat: true);
        }
        var before = Store.Exchanges;

        for (var i = 0; i < 50; i++)
            Settle((await instances[0].EnterAsync(10)).Reservation!, 1);

        Store.Exchanges.Should().Be(before);
    }

    [Fact]
    public async Task What_one_does_not_need_any_more_another_gets()
    {
        var instances = Start(2, () => Key(budgets: Budget(100)));
        for (var i = 0; i < 10; i++)
            Settle((await instances[0].EnterAsync(10)).Reservation!, 0);
        for (var beat = 0; beat < 20; beat++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await instances[0].ExchangeAsync(isBeat: true);
        }

        (await instances[1].EnterAsync(100)).IsAdmitted.Should().BeTrue("the other rests and has spent nothing");
    }

    [Fact]
    public async Task A_refusal_says_what_all_gateways_spent_and_hold_together()
    {
        var instances = Start(2, () => Key(budgets: Budget(100)));
        Settle((await instances[0].EnterAsync(60)).Reservation!, 50);
        await instances[0].EnterAsync(10);
        await instances[0].ExchangeAsync(isBeat: true);
        Time.Advance(TimeSpan.FromSeconds(5));
        await instances[0].ExchangeAsync(isBeat: true);

        var refused = await instances[1].EnterAsync(60);

        refused.Rejection!.Error.Message.Should().Contain("spent $0.00005,").And.Contain("this request can cost up to $0.00006");
        var status = instances[1].Book.Statuses().Single();
        (status.Spent + status.Held).Value.Should().BeGreaterThanOrEqualTo(60 * NanoPerToken).And.BeLessThanOrEqualTo(100 * NanoPerToken);
    }

    [Fact]
    public async Task What_a_killed_gateway_had_stays_spent_until_it_comes_back_and_says_what_it_came_to()
    {
        var ledger = new Rows();
        var instances = Start(2, () => Key(budgets: Budget(100)));
        Settle((await instances[0].EnterAsync(40)).Reservation!, 30);
        ledger.Add("i0", Time.GetUtcNow(), 30);
        await instances[0].EnterAsync(20);
        Time.Advance(TimeSpan.FromMinutes(5));

        (await instances[1].EnterAsync(51)).IsAdmitted.Should().BeFalse("nobody knows what became of the rest");

        // Its next start finds one attempt under way: charged with its hold.
        ledger.Add("i0", Time.GetUtcNow(), 20);
        var again = StartOne("i0", () => Key(budgets: Budget(100)));
        await again.RestoreAsync(ledger);
        Time.Advance(TimeSpan.FromSeconds(1));

        (await instances[1].EnterAsync(51)).IsAdmitted.Should().BeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await instances[1].EnterAsync(50)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task A_budget_that_is_new_counts_what_every_gateway_spent_before()
    {
        var ledger = new Rows();
        ledger.Add("i0", Time.GetUtcNow(), 10);
        ledger.Add("gone", Time.GetUtcNow(), 20);
        ledger.Add(null, Time.GetUtcNow(), 30);
        var instances = Start(2, () => Key(budgets: Budget(100)));

        await instances[0].RestoreAsync(ledger);
        await instances[1].RestoreAsync(ledger);

        (await instances[1].EnterAsync(41)).IsAdmitted.Should().BeFalse();
        (await instances[0].EnterAsync(40)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task A_budget_that_goes_and_comes_back_while_something_of_it_runs_has_missed_nothing()
    {
        var ledger = new Rows();
        var limits = new LimitsConfig { Rpm = 100, Concurrency = 10 };
        var instances = Start(2, () => Key(limits: limits, budgets: Budget(100)));
        await instances[0].RestoreAsync(ledger);
        var running = (await instances[0].EnterAsync(20)).Reservation!;
        for (var round = 0; round < 3; round++)
        {
            await instances[0].ReloadAsync(Key(limits: limits), ledger);
            Settle((await instances[0].EnterAsync(10)).Reservation!, 10);
            ledger.Add("i0", Time.GetUtcNow(), 10);
            await instances[0].ReloadAsync(Key(limits: limits, budgets: Budget(100)), ledger);
            (await instances[0].ExchangeAsync(isBeat: true)).Should().BeTrue("one limit, one wish");
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        Settle(running, 20);
        ledger.Add("i0", Time.GetUtcNow(), 20);
        (await instances[0].ExchangeAsync(isBeat: true)).Should().BeTrue();

        (await instances[1].EnterAsync(51)).IsAdmitted.Should().BeFalse("50 are spent");
        for (var beat = 0; beat < 5; beat++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await instances[0].ExchangeAsync(isBeat: true);
        }
        (await instances[1].EnterAsync(50)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task What_the_store_did_not_hear_is_said_again()
    {
        var instances = Start(2, () => Key(budgets: Budget(100)));
        var reservation = (await instances[0].EnterAsync(80)).Reservation!;
        await instances[0].EnterAsync(1);
        Settle(reservation, 1);
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        for (var beat = 0; beat < 5; beat++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await instances[0].ExchangeAsync(isBeat: true);
        }

        (await instances[1].EnterAsync(98)).IsAdmitted.Should().BeTrue("of what was held one token was spent, and one is held");
    }

    [Fact]
    public async Task A_restart_does_not_count_what_others_spent_of_a_rolling_budget_twice()
    {
        var ledger = new Rows();
        var rolling = Budget(100, BudgetPeriod.Hour) with { Rolling = true };
        var instances = Start(1, () => Key(budgets: rolling));
        Settle((await instances[0].EnterAsync(30)).Reservation!, 30);
        ledger.Add("i0", Time.GetUtcNow(), 30);
        await instances[0].ExchangeAsync(isBeat: true);

        for (var restart = 0; restart < 3; restart++)
        {
            Time.Advance(TimeSpan.FromSeconds(70));
            await instances[0].ExchangeAsync(isBeat: true);
            await StartOne("i1", () => Key(budgets: rolling)).RestoreAsync(ledger);
        }

        (await StartOne("i1", () => Key(budgets: rolling)).EnterAsync(70)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task While_the_store_is_away_what_is_there_is_spent_and_nothing_more()
    {
        var instances = Start(1, () => Key(budgets: Budget(1000)));
        for (var i = 0; i < 10; i++)
            Settle((await instances[0].EnterAsync(10)).Reservation!, 10);
        Time.Advance(TimeSpan.FromSeconds(1));
        await instances[0].ExchangeAsync(isBeat: true);
        await instances[0].EnterAsync(10);
        await instances[0].ExchangeAsync();

        var admitted = 0;
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        AdmissionResult result;
        while ((result = await instances[0].EnterAsync(10)).IsAdmitted)
            admitted++;

        admitted.Should().BePositive("it had some in reserve");
        result.Rejection!.Reason.Should().Be(RejectionReason.Store);
        result.Rejection.Error.Kind.Should().Be(ErrorKind.StoreUnavailable);
        var asked = Store.Exchanges;
        (await instances[0].EnterAsync(10)).Rejection!.Reason.Should().Be(RejectionReason.Store);
        Store.Exchanges.Should().Be(asked, "who finds the store away does not wait for it");

        await instances[0].ExchangeAsync(isBeat: true);
        (await instances[0].EnterAsync(10)).IsAdmitted.Should().BeTrue("it is back");
    }
}
