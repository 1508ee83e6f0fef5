using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Endpoints;
using Gateway.Overload;
using Gateway.Telemetry;
using Gateway.Telemetry.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry.Prometheus;

/// <summary>
/// A real Prometheus that scrapes real Kestrel once a second by the configuration and rules of the repository, while the telemetry behind it records
/// everything that can happen to a gateway, every alert's reason included.
/// </summary>
public sealed class ScrapedGateway : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-prometheus-");
    private readonly PeriodicTimer _pace = new(TimeSpan.FromMilliseconds(100));
    private readonly HttpClient _http = new();
    private readonly StringBuilder _said = new();
    private TelemetryRig? _rig;
    private WebApplication? _app;
    private Process? _prometheus;
    private Task _traffic = Task.CompletedTask;
    private long _dropped;

    public Uri Metrics { get; private set; } = new("http://127.0.0.1");

    private Uri Api { get; set; } = new("http://127.0.0.1");

    public async Task InitializeAsync()
    {
        if (ToolProcess.Find("prometheus") is not { } program)
            return;
        _rig = new(sources: Troubled(), cap: new SeriesCap(200));
        _app = await ServeAsync(_rig.Metrics);
        Metrics = new(new Uri(_app.Urls.Single()), "/metrics");
        _traffic = RecordAsync(_rig, _pace);
        var port = FreePort();
        Api = new($"http://127.0.0.1:{port}/api/v1/");
        _prometheus = ToolProcess.Start(
            program, $"--config.file={await ConfigureAsync(FreePort())}", $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}", $"--web.listen-address=127.0.0.1:{port}");
        _prometheus.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                _said.AppendLine(line.Data);
        };
        _prometheus.BeginErrorReadLine();
        _prometheus.BeginOutputReadLine();
    }

    /// <summary>Asks again until there is data, for half a minute.</summary>
    public async Task<JsonElement> QueryAsync(string query)
    {
        JsonElement[] result = [];
        await PollAsync(query, async () =>
        {
            var data = await GetAsync("query?query=" + Uri.EscapeDataString(query));
            result = [.. data.GetProperty("result").EnumerateArray()];
            return result.Length > 0;
        });
        return result[0];
    }

    public async Task<string[]> LabelValuesAsync(string metric, string label)
    {
        string[] values = [];
        await PollAsync($"label_values({metric}, {label})", async () =>
        {
            var data = await GetAsync($"label/{label}/values?match[]={metric}");
            values = [.. data.EnumerateArray().Select(static v => v.GetString()!)];
            return values.Length > 0;
        });
        return values;
    }

    /// <summary>The rules Prometheus loaded: name and query.</summary>
    public async Task<(string Name, string Query)[]> RulesAsync()
    {
        (string, string)[] rules = [];
        await PollAsync("rules", async () =>
        {
            var data = await GetAsync("rules");
            rules = [.. data.GetProperty("groups").EnumerateArray().SelectMany(static g => g.GetProperty("rules").EnumerateArray())
                .Select(static r => (r.GetProperty("name").GetString()!, r.GetProperty("query").GetString()!))];
            return rules.Length > 0;
        });
        return rules;
    }

    public Task<string> ScrapeAsync() => _http.GetStringAsync(Metrics);

    public async Task DisposeAsync()
    {
        _pace.Dispose();
        await _traffic;
        if (_prometheus is not null)
        {
            _prometheus.Kill();
            await _prometheus.WaitForExitAsync();
        }
        if (_app is not null)
            await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose()
    {
        _prometheus?.Dispose();
        _rig?.Dispose();
        _http.Dispose();
        _pace.Dispose();
    }

    private MetricSources Troubled() => new()
    {
        Concurrency = static () => new(10, 10, 3),
        LedgerQueueLength = static () => 12_000,
        StoreAway = static () => true,
        Targets = static () => [new("openai", "gpt-4o-mini", 0, 5)],
        LedgerDropped = () => Interlocked.Increment(ref _dropped),
        LogLinesDropped = () => Interlocked.Increment(ref _dropped),
        ConfigGeneration = static () => 7,
        ConfigLastReloadSuccessful = static () => false,
        Budgets = static () =>
        [
            new("key", "web-app", "day", new NanoUsd(2_000_000_000), new NanoUsd(1_900_000_000), new NanoUsd(50_000_000)),
            new("gateway", "gateway", "month", new NanoUsd(2_000_000_000_000), new NanoUsd(1_900_000_000), NanoUsd.Zero),
        ],
    };

    private static async Task<WebApplication> ServeAsync(GatewayMetrics metrics)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(metrics);
        var app = builder.Build();
        var routes = new RouteList();
        MetricsEndpoint.Map(routes, "/metrics");
        app.Run(routes.RunAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task RecordAsync(TelemetryRig rig, PeriodicTimer pace)
    {
        rig.Telemetry.RequestStarted(TelemetryRig.Chat);
        for (var round = 0; await pace.WaitForNextTickAsync(); round++)
            Record(rig, round);
    }

    private static void Record(TelemetryRig rig, int round)
    {
        var telemetry = rig.Telemetry;
        var answered = rig.Answered();
        answered.Overhead = TimeSpan.FromMilliseconds(round % 3 == 0 ? 40 : 0.08);
        var smart = answered with
        {
            Model = "smart",
            Provider = "anthropic",
            TargetModel = "claude-haiku-4-5",
            Stream = false,
            Usage = new TokenUsage { Input = 100, CacheWrite = 50, Output = 20 },
            // Ever new keys, so that the cap of 200 series is reached.
            Key = rig.Names.Intern($"key-{round}"),
        };
        foreach (var record in (RequestRecord[])[answered, smart, smart with { Status = 502, ErrorCode = "bad_upstream", Provider = "openai" }, TelemetryRig.Refused()])
        {
            telemetry.RequestStarted(record.Endpoint);
            telemetry.RequestFinished(in record);
        }
        telemetry.AttemptFinished("openai", "gpt-4o-mini", AttemptOutcome.Success);
        telemetry.AttemptFinished("openai", "gpt-4o-mini", AttemptOutcome.Timeout);
        telemetry.AttemptFinished("anthropic", "claude-haiku-4-5", AttemptOutcome.ServerError);
        telemetry.FellBack("fast", AttemptOutcome.Timeout);
        telemetry.Cached("fast", CacheResult.Hit);
        telemetry.Cached("fast", CacheResult.Miss);
        telemetry.CacheSaved("fast", new NanoUsd(12_345));
        telemetry.Queued("growth", TimeSpan.FromMilliseconds(120));
        telemetry.Shed("growth", GateResult.Full);
        telemetry.RateLimited("key", "web-app");
        telemetry.BudgetRejected("team", "growth");
    }

    /// <summary>The repository's own configuration; its target and pace changed, and a second target that is down.</summary>
    private async Task<string> ConfigureAsync(int deadPort)
    {
        var source = Path.Combine(RepositoryFiles.Root, "config", "prometheus");
        File.Copy(Path.Combine(source, "rules.yaml"), Path.Combine(_folder.FullName, "rules.yaml"));
        var config = await File.ReadAllTextAsync(Path.Combine(source, "prometheus.yaml"));
        config.Should().Contain("\"gateway:4000\"").And.Contain("scrape_interval: 15s");
        config = config
            .Replace("\"gateway:4000\"", $"\"{Metrics.Authority}\", \"127.0.0.1:{deadPort}\"", StringComparison.Ordinal)
            .Replace("15s", "1s", StringComparison.Ordinal);
        var path = Path.Combine(_folder.FullName, "prometheus.yaml");
        await File.WriteAllTextAsync(path, config);
        return path;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(Api, path));
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("status").GetString().Should().Be("success", "{0} gave {1}", Uri.UnescapeDataString(path), json.RootElement.GetRawText());
        return json.RootElement.GetProperty("data").Clone();
    }

    private async Task PollAsync(string what, Func<Task<bool>> isThere)
    {
        var start = Stopwatch.GetTimestamp();
        string? last = null;
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(40))
        {
            try
            {
                if (await isThere())
                    return;
            }
            catch (HttpRequestException e) when (_prometheus is { HasExited: false })
            {
                // It is still starting.
                last = e.Message;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
        string said;
        lock (_said)
            said = _said.ToString();
        Assert.Fail($"no data within 40 s: {what}\n{last}\n{said}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
