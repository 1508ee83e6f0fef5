using Gateway.Routing.Health;

namespace Gateway.Tests.Routing.Health;

public class LatencyHistogramTests
{
    [Fact]
    public void Nothing_is_said_of_a_few()
    {
        var times = new LatencyHistogram();
        for (var i = 1; i < LatencyHistogram.Enough; i++) times.Add(0.2);
        times.Quantile(0.95).Should().BeNull();
        times.Add(0.2);
        times.Quantile(0.95).Should().NotBeNull();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void A_quantile_is_at_most_a_tenth_too_long_and_never_too_short(double share)
    {
        var random = new Random(7);
        var times = new LatencyHistogram();
        var all = Enumerable.Range(0, 1_000).Select(_ => 0.005 + (2 * Math.Pow(random.NextDouble(), 4))).ToList();
        foreach (var seconds in all) times.Add(seconds);
        all.Sort();
        var exact = all[(int)(share * all.Count)];
        times.Quantile(share)!.Value.TotalSeconds.Should().BeInRange(exact * 0.999, exact * 1.101);
    }

    [Fact]
    public void A_few_that_hang_do_not_move_it()
    {
        var times = new LatencyHistogram();
        for (var i = 0; i < 1_000; i++) times.Add(i % 33 == 0 ? 10 : 0.1);
        times.Quantile(0.95)!.Value.TotalSeconds.Should().BeInRange(0.1, 0.111);
    }

    [Fact]
    public void What_was_long_ago_is_forgotten()
    {
        var times = new LatencyHistogram();
        for (var i = 0; i < 5_000; i++) times.Add(0.05);
        for (var i = 0; i < 5_000; i++) times.Add(1);
        times.Quantile(0.5)!.Value.TotalSeconds.Should().BeInRange(1, 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void No_time_is_too_short_or_too_long(double seconds)
    {
        var times = new LatencyHistogram();
        for (var i = 0; i < 70_000; i++) times.Add(seconds);
        times.Quantile(0.99)!.Value.TotalSeconds.Should().BeInRange(0.001, 700);
    }
}
