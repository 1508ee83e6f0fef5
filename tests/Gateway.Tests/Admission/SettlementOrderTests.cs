using System.Globalization;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

/// <summary>Settlements that come late, out of order, or twice change no total (I8, M7): random histories against plain arithmetic. GATEWAY_SEED repeats a run.</summary>
public sealed class SettlementOrderTests
{
    private const int Histories = 100_000, MostAttempts = 8;

    [Fact]
    public void Totals_are_those_of_the_attempts_whatever_the_order_of_their_settlements()
    {
        var seed = int.Parse(EnvironmentSource.Process.Get("GATEWAY_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var random = new Random(seed);
        for (var history = 0; history < Histories; history++)
            Replay(random, $"seed {seed}, history {history}");
    }

    // A hundred thousand times: the words are made only when they are needed.
    private static void Require(bool holds, string which)
    {
        if (!holds)
            holds.Should().BeTrue(which);
    }

    private static void Replay(Random random, string which)
    {
        var limit = random.Next(1, 400);
        var rig = new AdmissionRig().Configure(
            [Key("web-app", "growth", null, Budget(limit), Budget(limit, BudgetPeriod.Hour) with { Rolling = true })], [Team("growth", null, Budget(limit, BudgetPeriod.Month))], [Budget(limit, BudgetPeriod.Total)]);
        var (spent, held) = (0L, 0L);
        var settlements = new List<(Reservation Reservation, long Hold, long Cost)>();
        for (var attempt = random.Next(1, MostAttempts); attempt > 0; attempt--)
        {
            var hold = random.Next(0, 120);
            var fits = hold == 0 || spent + held + hold <= limit;
            var admitted = rig.Enter(hold);
            Require(admitted.IsAdmitted == fits, which);
            if (admitted.Reservation is not { } reservation)
                continue;
            held += hold;
            // An attempt costs no more than it holds: its bound is sound.
            settlements.Add((reservation, hold, random.Next(0, hold + 1)));
            if (random.Next(2) == 0)
                SettleOne(random.Next(settlements.Count));
        }

        while (settlements.Count > 0)
            SettleOne(random.Next(settlements.Count));
        var statuses = rig.Book.Statuses();
        Require(rig.Book.Held == NanoUsd.Zero, which);
        Require(statuses.Count == 4 && statuses.All(s => s.Spent.Value == spent * NanoPerToken && s.Held == NanoUsd.Zero && s.Spent <= s.Limit), which);

        void SettleOne(int index)
        {
            var (reservation, hold, cost) = settlements[index];
            settlements.RemoveAt(index);
            for (var times = random.Next(1, 4); times > 0; times--)
                reservation.Settle(new NanoUsd(cost * NanoPerToken), new TokenUsage { Input = cost });
            (spent, held) = (spent + cost, held - hold);
        }
    }
}
