using System.Diagnostics;
using System.Globalization;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Caching;

/// <summary>Answers in the store, and how fast those in memory are.</summary>
public sealed class CacheStoreTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_answer_in_the_store_outlives_the_process_and_is_the_same_bytes()
    {
        await using var rig = await CachingGateway.StartAsync(stores: true);
        var name = Ask.NewCase("outlives");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 20 }, stream: true);
        var first = await rig.App.StreamAsync(body);

        rig.Gateway.Terminate();
        (await rig.Gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
        await rig.Gateway.StartAsync();
        var second = await rig.App.StreamAsync(body);
        var third = await rig.App.StreamAsync(body);

        (second.Headers["x-gateway-cache"], third.Headers["x-gateway-cache"]).Should().Be(("hit", "hit"));
        second.Bytes.Should().Equal(first.Bytes);
        third.Bytes.Should().Equal(first.Bytes);
        (await rig.AskedAsync(name)).Should().Be(1);
        var metrics = await rig.Gateway.MetricsAsync();
        metrics.Sum("gateway_cache_requests_total", ("result", "store_hit")).Should().Be(1);
        metrics.Sum("gateway_cache_requests_total", ("result", "hit")).Should().Be(1, "the second time it was at hand");
        (await rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=fast", null)).Text.Should().BeEmpty();
        (await rig.App.StreamAsync(body)).Headers["x-gateway-cache"].Should().Be("miss", "a purge is of the store too");
    }

    [Fact]
    public async Task Half_of_all_hits_take_less_than_a_millisecond_of_the_gateway()
    {
        await using var rig = await CachingGateway.StartAsync();
        var body = Ask.Chat("fast", new Script { Case = Ask.NewCase("quick"), Pad = 3000 });
        await rig.App.ChatAsync(body);
        var (inside, outside) = (new List<double>(), new List<double>());
        for (var i = 0; i < 1200; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var hit = await rig.App.ChatAsync(body);
            outside.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            hit.Header("x-gateway-cache").Should().Be("hit");
            inside.Add(double.Parse(hit.Header("x-gateway-overhead-ms")!, CultureInfo.InvariantCulture));
        }

        var (p50, p99) = (Quantile(inside.Skip(200), .5), Quantile(inside.Skip(200), .99));
        output.WriteLine($"gateway p50 {p50:0.000} ms, p99 {p99:0.000} ms; client p50 {Quantile(outside.Skip(200), .5):0.000} ms, p99 {Quantile(outside.Skip(200), .99):0.000} ms");
        p50.Should().BeLessThanOrEqualTo(1);
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(part * (sorted.Length - 1))];
    }
}
