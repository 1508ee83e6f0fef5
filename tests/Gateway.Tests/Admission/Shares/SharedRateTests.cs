using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>Several gateways, one rate: what comes back with time.</summary>
public sealed class SharedRateTests : SharedLimitRig
{
    [Fact]
    public async Task An_owner_that_is_removed_and_made_again_has_its_minute_still()
    {
        var ledger = new Rows();
        var instances = Start(1, () => Key(limits: new() { Rpm = 3 }));
        for (var i = 0; i < 3; i++)
            Settle((await instances[0].EnterAsync(1)).Reservation!, 1);

        await instances[0].ReloadAsync(Key(), ledger);
        await instances[0].ReloadAsync(Key(limits: new() { Rpm = 3 }), ledger);

        (await instances[0].EnterAsync(1)).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public async Task Places_of_a_dead_gateway_come_back_after_its_time()
    {
        var instances = Start(2, () => Key(limits: new() { Concurrency = 2 }));
        await instances[0].EnterAsync(1);
        await instances[0].EnterAsync(1);
        (await instances[1].EnterAsync(1)).Rejection!.Error.Message.Should().Contain("2 of at most 2 requests");

        Time.Advance(TimeSpan.FromSeconds(16));

        (await instances[1].EnterAsync(1)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task Requests_a_minute_are_counted_over_all_and_a_dead_gateways_for_a_minute_more()
    {
        var instances = Start(2, () => Key(limits: new() { Rpm = 10 }));
        for (var i = 0; i < 10; i++)
            (await instances[i % 2].EnterAsync(1)).IsAdmitted.Should().BeTrue();
        (await instances[0].EnterAsync(1)).Rejection!.Error.RetryAfter.Should().BePositive();

        Time.Advance(TimeSpan.FromSeconds(61));
        await instances[0].ExchangeAsync(isBeat: true);
        for (var i = 0; i < 5; i++)
            (await instances[0].EnterAsync(1)).IsAdmitted.Should().BeTrue();
        (await instances[0].EnterAsync(1)).IsAdmitted.Should().BeFalse("the other was last seen a minute ago, and what it had may have been used until then");
        Time.Advance(TimeSpan.FromSeconds(15));
        (await instances[0].EnterAsync(1)).IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public async Task A_gateway_that_was_held_up_for_long_asks_before_it_uses_its_rates()
    {
        var instances = Start(2, () => Key(limits: new() { Concurrency = 2 }));
        Settle((await instances[0].EnterAsync(1)).Reservation!, 1);
        Time.Advance(TimeSpan.FromSeconds(20));
        await instances[1].EnterAsync(1);
        await instances[1].EnterAsync(1);

        (await instances[0].EnterAsync(1)).IsAdmitted.Should().BeFalse("others took its places while it counted as dead");
    }
}
