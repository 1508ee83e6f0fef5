using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>A gateway that is not heard of for <c>ledger.in_doubt_after</c>, killed or cut off from the store.</summary>
public sealed class DeadSharesTests : SharedLimitRig
{
    private static readonly TimeSpan After = new LedgerConfig().InDoubtAfter;

    /// <summary>When what it had is given back.</summary>
    private static readonly TimeSpan End = After + TimeSpan.FromSeconds(15);

    private readonly Rows _ledger = new();

    [Theory]
    [InlineData(InDoubtPolicy.Charge, 100 - 50)]    // what it held as well
    [InlineData(InDoubtPolicy.Release, 100 - 35)]   // what its rows say, though it had said less
    public async Task What_a_killed_gateway_held_comes_to_what_the_configuration_says(InDoubtPolicy policy, long left)
    {
        var others = await KilledAsync(policy);
        await PassAsync(others, policy, (policy == InDoubtPolicy.Release ? End : After) - TimeSpan.FromSeconds(6));
        (await HeldAsync(others)).Should().Be(20 * NanoPerToken, "it may come back yet");
        (await others.EnterAsync(51)).IsAdmitted.Should().BeFalse();

        await PassAsync(others, policy, TimeSpan.FromSeconds(7));

        (await HeldAsync(others)).Should().Be(0);
        others.Book.Statuses().Single().Spent.Value.Should().Be((100 - left) * NanoPerToken);
        (await others.EnterAsync(left + 1)).IsAdmitted.Should().BeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await others.EnterAsync(left)).IsAdmitted.Should().BeTrue();
    }

    [Theory]
    [InlineData(InDoubtPolicy.Charge)]
    [InlineData(InDoubtPolicy.Release)]
    public async Task When_it_starts_again_its_rows_say_what_it_came_to(InDoubtPolicy policy)
    {
        var others = await KilledAsync(policy);
        await PassAsync(others, policy, End + TimeSpan.FromSeconds(1));

        _ledger.Add("i0", Time.GetUtcNow(), 12);
        var again = StartOne("i0", () => Key(budgets: Budget(100)));
        await again.RestoreAsync(_ledger);
        await again.ExchangeAsync(isBeat: true);

        (await others.EnterAsync(54)).IsAdmitted.Should().BeFalse("30, 5 and 12 are spent");
        Time.Advance(TimeSpan.FromSeconds(1));
        (await others.EnterAsync(53)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task One_that_was_cut_off_says_again_what_it_has_even_if_nothing_of_it_changed()
    {
        var instances = Start(2, () => Key(budgets: Budget(100)), After);
        var held = (await instances[0].EnterAsync(20)).Reservation!;
        for (var beat = 0; beat < 5; beat++)
        {
            await instances[0].ExchangeAsync(isBeat: true);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        await PassAsync(instances[1], InDoubtPolicy.Release, End + TimeSpan.FromSeconds(1));
        (await LeaseAsync()).Should().Match<Lease>(static l => l.Used == 0 && l.Granted == 0);

        await instances[0].ExchangeAsync(isBeat: true);

        (await LeaseAsync()).Should().Match<Lease>(static l => l.Used == 0 && l.Granted == 20 * NanoPerToken);
        Settle(held, 7);
        await instances[0].ExchangeAsync(isBeat: true);
        (await LeaseAsync()).Should().Match<Lease>(static l => l.Used == 7 * NanoPerToken && l.Granted == l.Used);
    }

    /// <summary>What others may have by now it must not spend; what nobody gets it may.</summary>
    [Theory]
    [InlineData(InDoubtPolicy.Charge, true)]
    [InlineData(InDoubtPolicy.Release, false)]
    public async Task One_that_is_cut_off_stops_spending_when_others_may_have_what_it_has(InDoubtPolicy policy, bool isAdmitted)
    {
        var one = StartOne("i0", () => Key(budgets: Budget(1000)), policy == InDoubtPolicy.Release ? After : null);
        for (var i = 0; i < 10; i++) Settle((await one.EnterAsync(10)).Reservation!, 10);
        Time.Advance(TimeSpan.FromSeconds(1));
        await one.ExchangeAsync(isBeat: true);
        await one.EnterAsync(1);
        await one.ExchangeAsync();

        Time.Advance(After - TimeSpan.FromSeconds(1));
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        (await one.EnterAsync(1)).IsAdmitted.Should().BeTrue("it has some, and nobody else can have it yet");
        Time.Advance(TimeSpan.FromSeconds(2));
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        var late = await one.EnterAsync(1);

        late.IsAdmitted.Should().Be(isAdmitted);
        if (!isAdmitted) late.Rejection!.Reason.Should().Be(RejectionReason.Store);
        Store.Next = ModelShareStore.Fault.None;
        await one.ExchangeAsync(isBeat: true);
        (await one.EnterAsync(1)).IsAdmitted.Should().BeTrue("the store is back");
    }

    [Fact]
    public async Task One_that_is_cut_off_lets_pass_what_costs_nothing()
    {
        var one = StartOne("i0", () => Key(budgets: Budget(1000)), After);
        await one.ExchangeAsync(isBeat: true);
        Time.Advance(After + TimeSpan.FromSeconds(1));

        Store.Next = ModelShareStore.Fault.BeforeCommit;
        (await one.EnterAsync(1)).IsAdmitted.Should().BeFalse();
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        (await one.EnterAsync(0)).IsAdmitted.Should().BeTrue();
    }

    /// <summary>One whose file says something else, or an older program, spends on while it is cut off.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    public async Task What_a_gateway_has_is_left_alone_until_the_silence_that_it_named_itself(int? minutes)
    {
        var one = StartOne("i0", () => Key(budgets: Budget(100)), minutes is { } named ? TimeSpan.FromMinutes(named) : null);
        var others = StartOne("i1", () => Key(budgets: Budget(100)), After);
        await SpendAsync(one);
        _ledger.Add("i0", Time.GetUtcNow(), 40);
        var had = await LeaseAsync();

        await PassAsync(others, InDoubtPolicy.Release, End + TimeSpan.FromSeconds(1));

        (await LeaseAsync()).Should().Be(had);
        (await others.EnterAsync(60)).IsAdmitted.Should().BeFalse("the other may have spent it");
        Store.Next = ModelShareStore.Fault.BeforeCommit;
        (await one.EnterAsync(1)).IsAdmitted.Should().BeTrue("it is cut off yet");
        if (minutes is null)
            return;
        await PassAsync(others, InDoubtPolicy.Release, TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(2));
        (await LeaseAsync()).Should().Be(had, "what it said at the last moment may be on its way");
        await PassAsync(others, InDoubtPolicy.Release, TimeSpan.FromSeconds(2));
        (await LeaseAsync()).Granted.Should().Be(40 * NanoPerToken);
    }

    /// <summary>A virtual machine that is paused: its clock stands still, and it knows nothing of the silence.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_was_paused_spends_nothing_that_others_got_once_it_said_that_it_lives(bool isForgotten)
    {
        var paused = new ManualTime();
        using var one = new ShareInstance("i0", paused, Store, () => Key(budgets: Budget(100)), budgetsEndAfter: After);
        var others = StartOne("i1", () => Key(budgets: Budget(100)), After);
        await SpendAsync(one, paused);
        _ledger.Add("i0", Time.GetUtcNow(), 40);
        await PassAsync(others, InDoubtPolicy.Release, End + TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        (await others.EnterAsync(60)).IsAdmitted.Should().BeTrue("it was given back");
        if (isForgotten)
            (await Store.ForgetAsync("i0", ShareTimes.Death, CancellationToken.None)).Should().BeTrue();

        paused.Advance(TimeSpan.FromSeconds(0.5));
        await one.ExchangeAsync(isBeat: true);

        (await LeaseAsync()).Should().Match<Lease>(static l => l.Used == 40 * NanoPerToken && l.Granted == l.Used);
        (await one.EnterAsync(1)).IsAdmitted.Should().BeFalse("the limit of 100 is used up by 40 and 60");
        var exchanges = Store.Exchanges;
        await one.ExchangeAsync(isBeat: true);
        Store.Exchanges.Should().Be(exchanges + 1, "the silence is over");
    }

    /// <summary>A gateway of another configuration left something of a budget that is not in force here.</summary>
    [Fact]
    public async Task What_cannot_be_given_back_here_costs_no_sums_over_the_ledger()
    {
        var dead = StartOne("i0", () => Key(budgets: Budget(100, BudgetPeriod.Total)), After);
        await dead.EnterAsync(20);
        await dead.ExchangeAsync(isBeat: true);
        var others = StartOne("i1", () => Key(budgets: Budget(100)));
        var had = await LeaseAsync();

        await PassAsync(others, InDoubtPolicy.Release, After * 2);

        _ledger.Sums.Should().Be(0);
        (await LeaseAsync()).Should().Be(had);
    }

    [Fact]
    public async Task What_a_dead_gateway_had_of_a_rolling_budget_goes_out_of_the_window_by_itself()
    {
        var instances = Start(2, () => Key(budgets: Budget(100, BudgetPeriod.Hour) with { Rolling = true }), After);
        await instances[0].EnterAsync(60);
        await instances[0].ExchangeAsync(isBeat: true);
        var had = await LeaseAsync();

        await PassAsync(instances[1], InDoubtPolicy.Release, End + TimeSpan.FromSeconds(1));
        (await LeaseAsync()).Should().Be(had);
        (await instances[1].EnterAsync(60)).IsAdmitted.Should().BeFalse();

        await PassAsync(instances[1], InDoubtPolicy.Release, TimeSpan.FromHours(1));
        (await instances[1].EnterAsync(60)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task The_ledger_is_read_once_for_all_dead_gateways_and_not_again_when_all_is_given_back()
    {
        var instances = Start(4, () => Key(budgets: Budget(100)), After);
        foreach (var dead in instances.Take(3))
        {
            await dead.EnterAsync(20);
            await dead.ExchangeAsync(isBeat: true);
        }

        await PassAsync(instances[3], InDoubtPolicy.Release, After * 2);
        await PassAsync(instances[3], InDoubtPolicy.Release, TimeSpan.FromSeconds(15));

        _ledger.Sums.Should().Be(1);
        (await HeldAsync(instances[3])).Should().Be(0);
    }

    /// <summary>It spent 30 and said so, then 5, and held 15 more: 20 that nobody accounts for. Limit 100.</summary>
    private async Task<ShareInstance> KilledAsync(InDoubtPolicy policy)
    {
        if (policy == InDoubtPolicy.Release)
            Store.IsUsedAfter = TimeSpan.FromDays(365);
        var instances = Start(2, () => Key(budgets: Budget(100)), policy == InDoubtPolicy.Release ? After : null);
        Settle((await instances[0].EnterAsync(30)).Reservation!, 30);
        _ledger.Add("i0", Time.GetUtcNow(), 30);
        await instances[0].EnterAsync(20);
        for (var beat = 0; beat < 5; beat++)
        {
            await instances[0].ExchangeAsync(isBeat: true);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        _ledger.Add("i0", Time.GetUtcNow(), 5);
        return instances[1];
    }

    /// <summary>40 of 100 in two seconds, so that it has a little at hand.</summary>
    private async Task SpendAsync(ShareInstance one, ManualTime? clock = null)
    {
        for (var beat = 0; beat < 2; beat++)
        {
            for (var i = 0; i < 20; i++) Settle((await one.EnterAsync(1)).Reservation!, 1);
            Time.Advance(TimeSpan.FromSeconds(1));
            clock?.Advance(TimeSpan.FromSeconds(1));
            await one.ExchangeAsync(isBeat: true);
        }
        await one.ExchangeAsync();
        (await LeaseAsync()).Granted.Should().BeGreaterThan(41 * NanoPerToken);
    }

    private async Task PassAsync(ShareInstance others, InDoubtPolicy policy, TimeSpan time)
    {
        Time.Advance(time);
        await others.ExchangeAsync(isBeat: true);
        await new DeadShares(Store, _ledger, others.Book, new LedgerConfig { InDoubt = policy }, NullLogger<DeadShares>.Instance).ReleaseAsync(CancellationToken.None);
    }

    private static async Task<long> HeldAsync(ShareInstance others)
    {
        await others.Broker.RefreshAsync(others.Book.Shares(), CancellationToken.None);
        return others.Book.Statuses().Single().Held.Value;
    }

    private async Task<Lease> LeaseAsync() => (await Store.LeasesAsync(CancellationToken.None)).Single(static l => l.Instance == "i0");
}
