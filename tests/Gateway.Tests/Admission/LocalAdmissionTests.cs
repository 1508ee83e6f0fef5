using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

/// <summary>What the gateway answers by itself is a request, and nothing more.</summary>
public sealed class LocalAdmissionTests
{
    [Theory]
    [InlineData("key")]
    [InlineData("team")]
    public void It_counts_as_a_request_and_is_refused_as_one(string owner)
    {
        var limits = new LimitsConfig { Rpm = 2 };
        var rig = new AdmissionRig().Configure([Key(team: "growth", limits: owner == "key" ? limits : null)], [Team(limits: owner == "team" ? limits : null)]);

        Admitted(rig).RateLimits.Requests!.Value.Remaining.Should().Be(1);
        rig.MustEnter();

        var refused = rig.EnterLocal().Rejection!;
        (refused.Reason, refused.Owner).Should().Be((RejectionReason.RateLimit, owner == "key" ? "web-app" : "growth"));
        rig.Enter().IsAdmitted.Should().BeFalse("both are requests of the same minute");
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.EnterLocal().IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public void It_takes_a_place_while_it_is_being_done()
    {
        var rig = new AdmissionRig().Configure([Key(limits: new LimitsConfig { Concurrency = 1 })]);
        var running = Admitted(rig);

        rig.EnterLocal().IsAdmitted.Should().BeFalse();
        running.Settle(NanoUsd.Zero, default);

        rig.EnterLocal().IsAdmitted.Should().BeTrue();
    }

    [Fact]
    public void Limits_of_tokens_and_of_targets_and_budgets_are_nothing_to_it()
    {
        var rig = new AdmissionRig().Configure([Key(limits: new LimitsConfig { Tpm = 10 }, budgets: Budget(tokens: 10))], model: MakeModel("fast", new LimitsConfig { Rpm = 1, Concurrency = 1 }));
        Settle(rig.MustEnter(input: 10), tokens: 25);   // more than was reserved: overdrawn

        for (var i = 0; i < 5; i++) Admitted(rig).Settle(NanoUsd.Zero, default);

        rig.Status().Spent.Should().Be(new NanoUsd(25 * NanoPerToken));
        rig.Status().Held.Should().Be(NanoUsd.Zero);
    }

    [Fact]
    public void A_model_without_a_price_costs_nothing_here()
    {
        var rig = new AdmissionRig().Configure([Key(budgets: Budget(tokens: 10))], model: MakeModel("fast", new LimitsConfig(), priced: false));

        rig.Enter().Rejection!.Reason.Should().Be(RejectionReason.Unpriced);
        rig.EnterLocal().IsAdmitted.Should().BeTrue();
    }

    private static Reservation Admitted(AdmissionRig rig)
    {
        var result = rig.EnterLocal();
        result.Rejection?.Error.Message.Should().BeNull("this fits");
        return result.Reservation!;
    }
}
