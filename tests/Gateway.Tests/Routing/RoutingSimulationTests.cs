using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Routing;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Routing;

/// <summary>A hundred thousand requests through the real choice of targets, with a clock of their own and chance from a seed: four targets of which one is slow.</summary>
public class RoutingSimulationTests(ITestOutputHelper output)
{
    private const int Requests = 100_000;
    private const int Slow = 3;

    /// <summary>Requests a second: about fifty under way.</summary>
    private const double Rate = 100;

    [Theory]
    [InlineData(Strategy.Weighted)]
    [InlineData(Strategy.Ordered)]
    [InlineData(Strategy.LeastBusy)]
    [InlineData(Strategy.LeastUsed)]
    [InlineData(Strategy.LowestLatency)]
    [InlineData(Strategy.LowestCost)]
    public void Each_strategy_shares_out_as_it_says(Strategy strategy)
    {
        var (counts, _) = Run(strategy, seed: 1);
        var shares = counts.Select(static c => 100.0 * c / Requests).ToArray();
        output.WriteLine($"{strategy}: {string.Join(", ", shares.Select(static s => $"{s:0.0} %"))}");
        switch (strategy)
        {
            case Strategy.Weighted:
                shares.Should().AllSatisfy(static s => s.Should().BeInRange(24.4, 25.6));
                break;
            case Strategy.Ordered:
                shares[0].Should().Be(100);
                break;
            case Strategy.LowestCost:
                shares[1].Should().Be(100, "it is the cheapest");
                break;
            case Strategy.LeastUsed:
                shares.Should().AllSatisfy(static s => s.Should().BeInRange(24.4, 26.5), "all answers have the same length, and the slow one's count later");
                break;
            case Strategy.LeastBusy:
                shares[Slow].Should().BeLessThan(10, "ten times as slow, it has as many under way with a tenth of the requests");
                break;
            case Strategy.LowestLatency:
                shares[Slow].Should().BeLessThan(3);
                shares.Take(Slow).Should().AllSatisfy(static s => s.Should().BeInRange(29, 37));
                break;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lowest_latency_beats_weighted_with_one_slow_target_of_four(int seed)
    {
        var (_, weighted) = Run(Strategy.Weighted, (ulong)seed);
        var (_, fastest) = Run(Strategy.LowestLatency, (ulong)seed);
        output.WriteLine($"p99 to the first token: weighted {P99(weighted) * 1000:0} ms, lowest-latency {P99(fastest) * 1000:0} ms");
        P99(fastest).Should().BeLessThan(P99(weighted) / 3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_choices() =>
        Run(Strategy.LowestLatency, seed: 9).Counts.Should().Equal(Run(Strategy.LowestLatency, seed: 9).Counts);

    private static double P99(List<double> seconds)
    {
        seconds.Sort();
        return seconds[(int)(seconds.Count * 0.99)];
    }

    private static (int[] Counts, List<double> FirstBytes) Run(Strategy strategy, ulong seed)
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var provider = Models.Provider();
        var model = Models.Model("fast", [.. Enumerable.Range(0, 4).Select(i => Models.Target(provider, $"m{i}", new ModelPrice { Version = "1", Input = i == 1 ? 1 : 2, Output = 4 }) with
        {
            Health = Models.Health("acme", $"m{i}", time: time),
        })]) with
        { Strategy = strategy };
        var (counts, firstBytes) = (new int[4], new List<double>(Requests));
        var running = new PriorityQueue<(Target Target, double FirstByte), double>();
        var clock = 0.0;
        for (var i = 0; i < Requests; i++)
        {
            clock += -Math.Log(Uniform(ref seed)) / Rate;
            while (running.TryPeek(out var ended, out var at) && at <= clock)
            {
                running.Dequeue();
                time.Advance(DateTimeOffset.UnixEpoch.AddSeconds(at) - time.GetUtcNow());
                ended.Target.Health.Answered(false, true, TimeSpan.FromSeconds(ended.FirstByte));
                ended.Target.Health.Used(100);
                ended.Target.Health.Leave();
            }

            time.Advance(DateTimeOffset.UnixEpoch.AddSeconds(clock) - time.GetUtcNow());
            var plan = new RoutePlan(model, new RouteAsk(SplitMix.Next(ref seed), 0, true, 100, 100), 0b1111);
            var target = plan.Next(out _)!;
            var index = model.Targets.ToList().IndexOf(target);
            counts[index]++;
            var firstByte = (index == Slow ? 3.0 : 0.3) * (0.5 + Uniform(ref seed));
            firstBytes.Add(firstByte);
            running.Enqueue((target, firstByte), clock + firstByte);
        }

        return (counts, firstBytes);
    }

    /// <summary>Above 0, at most 1.</summary>
    private static double Uniform(ref ulong state) => ((SplitMix.Next(ref state) >> 11) + 1) * (1.0 / (1UL << 53));
}
