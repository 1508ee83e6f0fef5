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
        var load = LoadAsync(gateway, stop.Token);

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
        var served = await load;
        output.WriteLine($"{served} requests, slowest reload {slowest.TotalMilliseconds:0} ms");
        served.Should().BeGreaterThan(Swaps);
        (await gateway.MetricsAsync()).Sum("gateway_config_generation").Should().BeGreaterThanOrEqualTo(Swaps / 2);
    }

    [Fact]
    public async Task A_storm_of_SIGHUP_over_a_file_that_is_written_in_two_halves_fails_no_request_and_half_of_it_is_never_in_force()
    {
        const int Rounds = 10, Signals = 20;
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(gateway, stop.Token);
        var generation = (await gateway.MetricsAsync()).Sum("gateway_config_generation");

        for (var round = 1; round <= Rounds; round++)
        {
            var whole = (yaml + $"\nbudgets: [{{ limit: {1000 + round}, period: month }}]\n").Replace("{folder}", folder.Path, StringComparison.Ordinal);
            // In place, as a careless script does; the cut is inside a mapping.
            await File.WriteAllTextAsync(gateway.ConfigPath, whole[..(whole.IndexOf("price:", StringComparison.Ordinal) + 3)]);
            await SeenAsync(0);
            await File.WriteAllTextAsync(gateway.ConfigPath, whole);
            await SeenAsync(1);
        }

        await stop.CancelAsync();
        (await load).Should().BePositive();
        (await gateway.MetricsAsync()).Sum("gateway_config_generation").Should().Be(generation + Rounds, "the same file twice is no change, and half of one is none");

        async Task SeenAsync(int successful)
        {
            for (var i = 0; i < Signals; i++)
                gateway.Hangup();
            await Eventually.TrueAsync(async () => (await gateway.MetricsAsync()).Sum("gateway_config_last_reload_successful") == successful, TimeSpan.FromSeconds(2), static () => "the file to be looked at");
        }
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

    /// <summary>Replies and streams, each of which must be whole. How many there were.</summary>
    private static async Task<int> LoadAsync(GatewayProcess gateway, CancellationToken stop)
    {
        var served = await Task.WhenAll(Enumerable.Range(0, Workers).Select(w => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                if (w % 2 == 0)
                    (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(HttpStatusCode.OK);
                else
                    (await gateway.Caller(SharedRig.AppKey).StreamAsync(Ask.Chat("chain", new Script { DelayMs = 20 }, stream: true))).Done.Should().BeTrue();
            }

            return count;
        })));
        return served.Sum();
    }
}
