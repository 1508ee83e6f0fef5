using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>R14: what a process can run out of is shared by all requests, and none of it may end the process. (The store's disk: <see cref="Money.StoreRefusalTests"/>.)</summary>
[Collection(Alone.Name)]
public sealed class ScarceResourceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task A_flood_of_connections_takes_no_descriptor_from_what_is_under_way_and_ends_nothing()
    {
        const int Files = 400;
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await File.WriteAllTextAsync(folder.File("gateway.yaml"), $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}} }
            store: sqlite:{{folder.Path}}/gateway.db
            providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }]
            models: [{ name: fast, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }]
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
        await using var gateway = StartIn(folder, $"ulimit -n {Files}; exec \"$@\"");
        var address = new Uri(await gateway.AfterMarkerAsync("Listening on ", Start));
        using var http = new HttpClient { BaseAddress = address, Timeout = Soon };
        var app = new Caller(http, SharedRig.AppKey);
        (await http.GetAsync("/health")).StatusCode.Should().Be(HttpStatusCode.OK, "so that it has a connection");

        var flood = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => RawHttp.ConnectAsync(address.Port)));
        try
        {
            for (var i = 0; i < 20; i++)
                (await app.ChatAsync(Ask.Chat("fast", new Script { Case = $"kept-{i}" }))).Status.Should().Be(HttpStatusCode.OK, gateway.Errors);
            var open = Directory.GetFiles($"/proc/{gateway.Id}/fd").Length;
            output.WriteLine($"{open} of {Files} descriptors are open");
            open.Should().BeLessThan(Files - 50);
            var metrics = new PrometheusText(await http.GetStringAsync("/metrics"));
            metrics.Sum("process_open_fds").Should().BeGreaterThan(200, "that is how an operator sees it");
            metrics.Sum("process_max_fds").Should().Be(Files);
        }
        finally
        {
            foreach (var socket in flood) socket.Dispose();
        }

        await Eventually.TrueAsync(async () => (await RawHttp.SendAsync(address.Port, "GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).Status == 200, Soon, static () => "a new connection to be served");
        gateway.HasExited.Should().BeFalse();
    }

    [SkippableFact]
    public async Task A_full_disk_below_the_log_costs_lines_and_a_metric_says_so()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs /dev/full");
        using var folder = new TempFolder();
        await using var gateway = StartIn(folder, "exec \"$@\" > /dev/full");
        using var http = new HttpClient { BaseAddress = new Uri(await gateway.AfterMarkerAsync("Listening on ", Start)) };

        for (var i = 0; i < 20; i++)
            (await new Caller(http, "sk-demo").ChatAsync(Ask.Chat("demo", "Say hello."))).Status.Should().Be(HttpStatusCode.OK);

        await Eventually.TrueAsync(async () => new PrometheusText(await http.GetStringAsync("/metrics")).Sum("gateway_log_lines_dropped_total") >= 20, Soon, static () => "the lost lines to be counted");
        gateway.HasExited.Should().BeFalse();
    }

    /// <param name="shell">What the shell does; the program and its arguments are <c>"$@"</c>. A gateway.yaml in the folder is found by itself.</param>
    private static ChildProcess StartIn(TempFolder folder, string shell)
    {
        Skip.If(Places.Program("bash") is null, "bash is not installed; run: apt-get install bash");
        string[] program = Places.GatewayProgram is { } published ? [published] : [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Places.GatewayDll];
        return ChildProcess.Start(Places.Program("bash")!, ["-c", shell, "bash", .. program, "--urls", "http://127.0.0.1:0"], folder.Path, new Dictionary<string, string?> { ["GATEWAY_CONFIG"] = null });
    }
}
