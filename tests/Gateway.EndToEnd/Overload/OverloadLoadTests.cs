using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Overload;

/// <summary>R8: ten times what can be served, in an open loop. What can be served is given by the limit and the upstream's pause, and not by this machine.</summary>
[Collection(Alone.Name)]
public sealed class OverloadLoadTests
{
    private const int Limit = 8, Queue = 16, Pause = 200, Capacity = Limit * 1000 / Pause;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task At_ten_times_the_load_as_much_is_served_as_before_and_all_else_is_refused_at_once()
    {
        await using var rig = await StartAsync();
        using var load = Load(rig, SharedRig.AppKey);
        await load.RunClosedAsync(Limit, Second);   // warm
        var peak = Rate(await load.RunClosedAsync(Limit, 3 * Second), 3 * Second);
        var before = await rig.Gateway.MetricsAsync();
        using var watch = new Watch(rig.Gateway);

        var shots = await load.RunAsync(10 * Capacity, Long);

        await watch.StopAsync();
        shots.Should().HaveCountGreaterThan((int)(9 * Capacity * Long.TotalSeconds));
        Rate(shots.Where(static s => s.Ended < Long), Long).Should().BeGreaterThan(0.8 * peak, "goodput is {0}/s at best", peak);
        var refused = shots.Where(static s => !s.IsServed).ToList();
        refused.Should().HaveCountGreaterThan(shots.Count / 2).And.OnlyContain(static s => s.Status == HttpStatusCode.ServiceUnavailable && s.IsOverloaded && s.RetryAfter >= 1);
        // By the second in which this machine was least busy with other things.
        refused.GroupBy(static s => (int)s.Due.TotalSeconds).Where(static g => g.Count() > Capacity).Min(static g => Quantile(g, 0.99)).Should().BeLessThanOrEqualTo(50);
        RequireQuick(before, await rig.Gateway.MetricsAsync(), refused.Count);
        watch.Problems.Should().BeEmpty("health, metrics and the admin API answer meanwhile");
        watch.Rounds.Should().BeGreaterThan(10);
        watch.MostWaiting.Should().BeInRange(1, Queue);
        watch.MostUnderWay.Should().BeInRange(1, Limit);

        var recovery = Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => (await rig.Gateway.MetricsAsync()) is var m && m.Sum("gateway_concurrency") + m.Sum("gateway_queue_depth") == 0, 5 * Second, static () => "nothing to be left");
        IReadOnlyList<Shot> after;
        do
        {
            after = await load.RunClosedAsync(Limit, Second);
            after.Should().OnlyContain(static s => s.IsServed);
            recovery.Elapsed.Should().BeLessThan(5 * Second);
        }
        while (Rate(after, Second) < 0.8 * peak);
    }

    [Fact]
    public async Task A_team_with_ten_times_what_can_be_served_takes_nothing_from_one_that_stays_below_its_half()
    {
        const int Modest = Capacity / 4;
        // Half of the queue is room for all that the quiet one sends, and nobody's time runs out: whatever this machine sends at once, because it stood still before, has its place.
        await using var rig = await StartAsync(2 * Modest * Long.Seconds, "5m");
        using var crowd = Load(rig, SharedRig.AppKey);
        using var load = Load(rig, SharedRig.NarrowKey);
        await load.RunClosedAsync(Limit, Second);   // warm
        var noise = crowd.RunAsync(10 * Capacity, Long);

        var shots = await load.RunAsync(Modest, Long - Second);

        await noise;
        shots.Should().OnlyContain(static s => s.IsServed, "its turn comes every second time, and it has less than half of what there is");
        var metrics = await rig.Gateway.MetricsAsync();
        // By the gateway's own clock, and beside the other's: how long a turn takes is this machine's affair.
        Waited(metrics, "quiet").Should().BeLessThan(Waited(metrics, "noisy") / 3, "it waits for a turn or two, and the other one for as many as wait");
        metrics.Sum("gateway_shed_total", ("team", "quiet")).Should().Be(0);
        metrics.Sum("gateway_shed_total", ("team", "noisy"), ("reason", "pushed_out")).Should().BePositive("the queue was full of the other's");
    }

    private static Task<OverloadGateway> StartAsync(int queue = Queue, string timeout = "5s") => OverloadGateway.StartAsync($"max_concurrency: {Limit}, max_queue: {queue}, queue_timeout: {timeout}");

    /// <summary>Seconds in the queue, in the mean.</summary>
    private static double Waited(PrometheusText metrics, string team) =>
        metrics.Sum("gateway_queue_wait_seconds_sum", ("team", team)) / metrics.Sum("gateway_queue_wait_seconds_count", ("team", team));

    private static OpenLoop Load(OverloadGateway rig, string key) => new(rig.Gateway, key, Ask.Chat("fast", new Script { HeadersMs = Pause }));

    /// <summary>Answers a second.</summary>
    private static double Rate(IEnumerable<Shot> shots, TimeSpan within) => shots.Count(static s => s.IsServed) / within.TotalSeconds;

    private static double Quantile(IEnumerable<Shot> shots, double q)
    {
        var sorted = shots.Select(static s => s.Took.TotalMilliseconds).Order().ToList();
        return sorted[(int)Math.Ceiling(q * sorted.Count) - 1];
    }

    /// <summary>By the gateway's own clock, which does not count what the client waits for its own processor: a refused request has no model.</summary>
    private static void RequireQuick(PrometheusText before, PrometheusText after, int refused)
    {
        var quick = Count("gateway_request_duration_seconds_bucket", ("le", "0.05"));
        Count("gateway_request_duration_seconds_count").Should().Be(refused);
        quick.Should().BeGreaterThan(0.99 * refused);

        double Count(string name, params (string, string)[] labels) =>
            after.Sum(name, [("endpoint", Caller.Chat), ("model", ""), .. labels]) - before.Sum(name, [("endpoint", Caller.Chat), ("model", ""), .. labels]);
    }

    /// <summary>Asks meanwhile for what must always be answered.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _task;

        public Watch(GatewayProcess gateway) => _task = RunAsync(gateway);

        public List<string> Problems { get; } = [];

        public int Rounds { get; private set; }

        public double MostWaiting { get; private set; }

        public double MostUnderWay { get; private set; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _task;
        }

        public void Dispose() => _stop.Dispose();

        private async Task RunAsync(GatewayProcess gateway)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            for (; !_stop.IsCancellationRequested; Rounds++)
            {
                var clock = Stopwatch.StartNew();
                if (await gateway.StatusAsync("/health/ready") != HttpStatusCode.OK || await gateway.StatusAsync("/health") != HttpStatusCode.OK) Problems.Add("health");
                await gateway.AdminAsync("/admin/v1/keys");
                var metrics = await gateway.MetricsAsync();
                MostWaiting = Math.Max(MostWaiting, metrics.Sum("gateway_queue_depth"));
                MostUnderWay = Math.Max(MostUnderWay, metrics.Sum("gateway_concurrency"));
                if (clock.Elapsed > Second) Problems.Add($"a round took {clock.Elapsed}");
                await pace.WaitForNextTickAsync();
            }
        }
    }
}
