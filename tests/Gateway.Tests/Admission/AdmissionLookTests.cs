using Gateway.Admission;
using Gateway.Config;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

/// <summary>Admission that is only looked at.</summary>
public sealed class AdmissionLookTests
{
    /// <summary>A look before each attempt says what becomes of it, and a thousand looks are as good as none.</summary>
    [Fact]
    public void A_look_says_what_an_attempt_will_hear_and_takes_nothing()
    {
        var random = new Random(7);
        var rig = new AdmissionRig().Configure(
            [Key(team: "growth", limits: new LimitsConfig { Rpm = 40, Concurrency = 6 }, budgets: Budget(2_000))], [Team(limits: new LimitsConfig { Tpm = 3_000 })], model: MakeModel("fast", new LimitsConfig { Concurrency = 5 }));
        var running = new List<Reservation>();
        var refused = 0;
        for (var i = 0; i < 500; i++)
        {
            var tokens = random.Next(1, 200);
            for (var looks = 0; looks < 3; looks++) rig.Look(tokens);
            var seen = rig.Look(tokens);
            var attempt = rig.Enter(tokens);

            (attempt.Rejection?.Error).Should().Be(seen?.Error, "attempt {0}", i);
            if (attempt.Reservation is { } reservation) running.Add(reservation);
            else refused++;
            if (running.Count > 0 && random.Next(2) == 0)
            {
                Settle(running[0], 1);
                running.RemoveAt(0);
            }

            rig.Time.Advance(TimeSpan.FromSeconds(random.Next(6)));
        }

        refused.Should().BeInRange(20, 480, "both happen");
        foreach (var reservation in running) Settle(reservation, 1);
        rig.Book.Held.Value.Should().Be(0);
    }

    [Fact]
    public void The_limits_that_bind_an_attempt_are_shown_as_they_are()
    {
        var rig = new AdmissionRig().Configure([Key(team: "growth", limits: new LimitsConfig { Rpm = 10, Concurrency = 3 }, budgets: Budget(1_000))], [Team(limits: new LimitsConfig { Tpm = 500 })]);
        rig.MustEnter(input: 100);

        var (own, team) = (rig.Admission.Statuses(rig.Request())[0], rig.Admission.Statuses(rig.Request())[1]);

        (own.Kind, own.Owner, own.Running, own.Concurrency).Should().Be((OwnerKind.Key, "web-app", 1, 3));
        own.Rates.Requests!.Value.Remaining.Should().Be(9);
        own.Budgets.Should().ContainSingle().Which.Held.Value.Should().Be(100 * NanoPerToken);
        team.Rates.Tokens!.Value.Remaining.Should().Be(400);
        rig.Admission.Statuses(rig.Request()).Should().HaveCount(2, "no one else has limits");
    }
}
