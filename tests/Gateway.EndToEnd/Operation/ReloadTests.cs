using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>The configuration is swapped as a whole, without anybody noticing (reliability R10).</summary>
public sealed class ReloadTests(ITestOutputHelper output)
{
    private const int Swaps = 100, Workers = 4;

    [Fact]
    public async Task A_hundred_swaps_under_load_valid_and_invalid_by_turns_fail_no_request()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        using var stop = new CancellationTokenSource();
        var served = 0;
        var load = Enumerable.Range(0, Workers).Select(w => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (w % 2 == 0)
                    (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(HttpStatusCode.OK);
                else
                    (await gateway.Caller(SharedRig.AppKey).StreamAsync(Ask.Chat("chain", new Script { DelayMs = 20 }, stream: true))).Done.Should().BeTrue();
                Interlocked.Increment(ref served);
            }
        })).ToArray();

        var slowest = TimeSpan.Zero;
        for (var swap = 1; swap <= Swaps; swap++)
        {
            var valid = swap % 2 == 0;
            gateway.WriteConfig(valid ? yaml + $"\n# {swap}\n" + $"budgets: [{{ limit: {1000 + swap}, period: month }}]\n" : yaml + $"\nnonsense: {swap}\n");
            var watch = Stopwatch.StartNew();
            await Eventually.TrueAsync(
                async () => (await gateway.MetricsAsync()).Sum("gateway_config_last_reload_successful") == (valid ? 1 : 0),
                TimeSpan.FromSeconds(2),
                () => $"swap {swap} to be seen within two seconds");
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine($"{served} requests, slowest reload {slowest.TotalMilliseconds:0} ms");
        served.Should().BeGreaterThan(Swaps);
        (await gateway.MetricsAsync()).Sum("gateway_config_generation").Should().BeGreaterThanOrEqualTo(Swaps / 2);
    }

    [Fact]
    public async Task An_invalid_file_leaves_the_running_configuration_and_is_visible_everywhere()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);

        gateway.WriteConfig(yaml.Replace("models:", "modelz:", StringComparison.Ordinal));

        await Eventually.TrueAsync(
            async () => (await gateway.MetricsAsync()).Sum("gateway_config_last_reload_successful") == 0, TimeSpan.FromSeconds(2), () => "the metric to show it");
        (await gateway.AdminAsync("/admin/v1/config")).Should().Contain("modelz");
        (await gateway.Http.GetStringAsync("/health")).Should().Contain("config_rejected");
        (await gateway.Http.GetStringAsync("/health")).Should().NotContain("modelz", "without a key /health says no more than its status");
        await Eventually.TrueAsync(
            () => gateway.Output.Contains("modelz", StringComparison.Ordinal), TimeSpan.FromSeconds(2), () => "the log, which is written behind, to name the key");
        (await gateway.StatusAsync("/health/ready")).Should().Be(HttpStatusCode.OK);
        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(HttpStatusCode.OK);

        gateway.WriteConfig(yaml.Replace("name: fast,", "name: quick,", StringComparison.Ordinal).Replace("gpt-4: fast, \"claude-*\": fast", "gpt-4: quick", StringComparison.Ordinal).Replace("models: [fast,", "models: [quick,", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () => (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("quick", new Script()))).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(2), () => "the new model to be served");
        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(HttpStatusCode.NotFound);
    }
}
