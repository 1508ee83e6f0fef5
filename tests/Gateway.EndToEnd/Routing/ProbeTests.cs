using System.Collections.Concurrent;
using System.Net;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Routing;

/// <summary>Providers that the gateway asks by itself whether they answer (<c>probe</c>).</summary>
public sealed class ProbeTests : IAsyncLifetime, IDisposable
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private const string Request = """{"model":"one","messages":[{"role":"user","content":"hi"}]}""";

    private readonly ConcurrentDictionary<string, bool> _sick = new();
    private readonly TempFolder _folder = new();
    private HandlerUpstream _upstream = null!;

    public async Task InitializeAsync() => _upstream = await HandlerUpstream.StartAsync((http, _) =>
    {
        if (!_sick.ContainsKey(http.Request.Method)) return HandlerUpstream.WriteAsync(http, "application/json", http.Request.Method == "GET" ? """{"data":[]}""" : Answer);
        http.Response.StatusCode = 500;
        return Task.CompletedTask;
    });

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Targets_of_a_provider_that_answers_no_probe_are_left_alone_before_a_client_finds_out()
    {
        _sick["GET"] = true;
        await using var gateway = await StartAsync("probe: { interval: 1s, failures: 2 }");
        await ProvidersUpAsync(gateway, 0);

        var alone = await gateway.Caller(SharedRig.AppKey).ChatAsync(Request);

        alone.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        alone.Error.GetProperty("code").GetString().Should().Be("no_target_available");
        int.Parse(alone.Header("retry-after")!).Should().BeInRange(1, 2);
        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Request.Replace("one", "two"))).Header("x-gateway-target").Should().Be("plain/m", "there is another");
        (await gateway.AdminAsync("/admin/v1/targets?model=one")).Should().Contain("\"probe\":\"down\"").And.Contain("\"state\":\"down\"");
        (await gateway.Http.GetStringAsync("/health")).Should().Contain("targets_down");
        await Eventually.TrueAsync(() => gateway.Output.Contains("provider probed does not answer: 2 probes in a row have failed", StringComparison.Ordinal), TimeSpan.FromSeconds(5), () => $"the log to say so.\n{gateway.Output}");
        _upstream.Requests.Should().NotContain(static r => r.Method == "POST" && r.Target.StartsWith("/probed/"));
        var probe = _upstream.Requests.First(static r => r.Method == "GET");
        probe.Target.Should().Be("/probed/v1/models");
        probe.Header("authorization").Should().Be("Bearer " + SharedRig.ProviderKey);
        _sick.Clear();

        await ProvidersUpAsync(gateway, 1);

        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Request)).Header("x-gateway-target").Should().Be("probed/m");
        (await gateway.AdminAsync("/admin/v1/targets?model=one")).Should().Contain("\"probe\":\"up\"");
        await Eventually.TrueAsync(() => Task.FromResult(gateway.Output.Contains("provider probed answers probes again", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => $"the log to say so.\n{gateway.Output}");
        (await gateway.LedgerAsync()).Should().OnlyContain(static r => r.Status == 200 || r.Status == 503, "a probe is nobody's request");
    }

    [Fact]
    public async Task An_open_breaker_closes_by_a_probe_and_no_request_pays_for_it()
    {
        await using var gateway = await StartAsync("probe: { interval: 1h, path: health?deep=1 }, breaker: { min_attempts: 2, open: 1s }");
        _sick["POST"] = true;
        var app = gateway.Caller(SharedRig.AppKey);
        for (var i = 0; i < 2; i++) (await app.ChatAsync(Request)).Status.Should().Be(HttpStatusCode.BadGateway);
        (await app.ChatAsync(Request)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        await Eventually.TrueAsync(async () => (await gateway.MetricsAsync()).Sum("gateway_target_state", ("provider", "probed")) == 2, TimeSpan.FromSeconds(20), static () => "the breaker to close");

        _upstream.Requests.Count(static r => r.Method == "POST").Should().Be(2);
        _upstream.Requests.Where(static r => r.Method == "GET").Should().OnlyContain(static r => r.Target == "/probed/v1/health?deep=1").And.HaveCount(2, "one at the start, and one when the break was over");
    }

    private static Task ProvidersUpAsync(GatewayProcess gateway, int up) => Eventually.TrueAsync(
        async () => (await gateway.MetricsAsync()).Sum("gateway_provider_up", ("provider", "probed")) == up, TimeSpan.FromSeconds(20), () => $"gateway_provider_up to be {up}.\n{gateway.Output}");

    private Task<GatewayProcess> StartAsync(string probe) => GatewayProcess.StartAsync(_folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "sqlite:{folder}/gateway.db"
        unpriced: allow
        providers:
          - { name: probed, kind: openai-compatible, base_url: "{{_upstream.Address}}/probed/v1", api_key: {{SharedRig.ProviderKey}}, {{probe}} }
          - { name: plain, kind: openai-compatible, base_url: "{{_upstream.Address}}/plain/v1", api_key: {{SharedRig.ProviderKey}} }
        models:
          - { name: one, targets: [{ provider: probed, model: m }] }
          - { name: two, strategy: ordered, targets: [{ provider: probed, model: m }, { provider: plain, model: m }] }
        keys:
          - { name: app, key: {{SharedRig.AppKey}} }
        """);
}
