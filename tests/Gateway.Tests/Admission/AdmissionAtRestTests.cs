using System.Collections.Concurrent;
using Gateway.Admission;
using Gateway.Config;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class AdmissionAtRestTests
{
    private const int Threads = 8;
    private const int AttemptsEach = 12_500;

    [Fact]
    public void After_100000_attempts_nothing_is_held_and_every_nano_dollar_is_accounted_for()
    {
        var limits = new LimitsConfig { Rpm = 20_000, Tpm = 1_000_000, Concurrency = 30 };
        var keys = Enumerable.Range(0, 5).Select(i => Key($"key-{i}", i < 4 ? $"team-{i % 2}" : null, limits, Budget(30_000, BudgetPeriod.Minute), Budget(1_000_000_000, BudgetPeriod.Total))).ToArray();
        var teams = Enumerable.Range(0, 2).Select(i => Team($"team-{i}", limits, Budget(50_000, BudgetPeriod.Hour), Budget(1_000_000_000, BudgetPeriod.Total))).ToArray();
        var rig = new AdmissionRig().Configure(keys, teams, [Budget(60_000, BudgetPeriod.Minute), Budget(1_000_000_000, BudgetPeriod.Total)], MakeModel("fast", new LimitsConfig { Concurrency = 50 }));
        var costs = new ConcurrentDictionary<string, long>();
        var (refused, worst) = (0, long.MinValue);

        var threads = Enumerable.Range(0, Threads).Select(seed => new Thread(() => Work(new Random(seed)))).ToList();
        threads.ForEach(t => t.Start());
        while (threads.Exists(t => t.IsAlive))
            worst = Math.Max(worst, rig.Book.Statuses().Max(s => s.Spent.Value + s.Held.Value - s.Limit.Value));
        threads.ForEach(t => t.Join());

        rig.Book.Held.Value.Should().Be(0);
        worst.Should().BeLessThanOrEqualTo(0, "no budget was ever exceeded");
        refused.Should().BeInRange(1000, Threads * AttemptsEach - 1000, "both ways have to be taken often");
        var totals = rig.Book.Statuses().Where(s => s.Period == BudgetPeriod.Total).ToDictionary(s => s.Owner, s => s.Spent.Value / NanoPerToken);
        foreach (var key in keys)
            totals[key.Name].Should().Be(costs[key.Name]);
        foreach (var team in teams)
            totals[team.Name].Should().Be(keys.Where(k => k.Team == team.Name).Sum(k => costs[k.Name]));
        totals["gateway"].Should().Be(costs.Values.Sum());
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Enumerable.Range(0, 30).Select(_ => rig.MustEnter(1, key: "key-4")).Should().OnlyContain(r => r.Hold.Value == NanoPerToken, "all 30 places are free again");

        void Work(Random random)
        {
            var running = new List<(Reservation Reservation, string Key, long Hold)>();
            for (var i = 0; i < AttemptsEach; i++)
            {
                var (key, ask) = ($"key-{random.Next(5)}", random.Next(0, 200));
                var result = rig.Enter(ask, key: key);
                if (result.Reservation is { } reservation)
                    running.Add((reservation, key, ask));
                else
                    Interlocked.Increment(ref refused);
                while (running.Count > random.Next(6) || i == AttemptsEach - 1 && running.Count > 0)
                {
                    var (first, owner, hold) = running[0];
                    running.RemoveAt(0);
                    var cost = random.NextInt64(hold + 1);
                    Settle(first, cost);
                    costs.AddOrUpdate(owner, cost, (_, sum) => sum + cost);
                }
                if (random.Next(200) == 0)
                    rig.Time.Advance(TimeSpan.FromSeconds(random.Next(30)));
            }
        }
    }
}
