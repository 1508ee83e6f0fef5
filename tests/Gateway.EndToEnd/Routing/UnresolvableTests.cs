using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>R14: a provider whose name cannot be resolved costs its requests nothing but that provider.</summary>
public sealed class UnresolvableTests
{
    /// <summary>Two characters longer than names can be (RFC 1035): refused by the resolver before anybody is asked.</summary>
    private static readonly string s_host = string.Join('.', Enumerable.Repeat(new string('x', 63), 4));

    [Fact]
    public async Task A_provider_whose_name_is_not_resolved_is_a_quick_502_the_next_target_serves_and_the_breaker_ends_the_asking()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:{folder}/gateway.db
            breaker: { min_attempts: 10, window: 60s, open: 60s }
            retry_budget: { ratio: 1, min: 100 }
            providers:
              - { name: lost, kind: openai-compatible, base_url: "http://{{s_host}}/v1", api_key: x }
              - { name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }
            models:
              - { name: alone, targets: [{ provider: lost, model: m, price: {{PriceList.Yaml}} }] }
              - { name: pair, strategy: ordered, targets: [{ provider: lost, model: m, price: {{PriceList.Yaml}} }, { provider: up, model: m, price: {{PriceList.Yaml}} }] }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
        var app = gateway.Caller(SharedRig.AppKey);
        var watch = Stopwatch.StartNew();

        var alone = await app.ChatAsync(Ask.Chat("alone", "x", "alone"));
        alone.Status.Should().Be(HttpStatusCode.BadGateway);
        alone.Error.GetProperty("message").GetString().Should().MatchRegex("'lost' cannot be (resolved|reached)");
        for (var i = 0; i < 20; i++)
            (await app.ChatAsync(Ask.Chat("pair", new Script { Case = $"pair-{i}" }))).Header("x-gateway-target").Should().Be("up/m");

        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
        (await app.ChatAsync(Ask.Chat("alone", "x"))).Error.GetProperty("code").GetString().Should().Be("no_target_available");
        var rows = await gateway.LedgerAsync();
        rows.Count(static r => r.Status == 502).Should().Be(10, "then the breaker was open");
        rows.Where(static r => r.Status == 502).Should().OnlyContain(static r => r.CostNanoUsd == 0);
        var metrics = await gateway.MetricsAsync();
        metrics.Sum("gateway_target_state", ("provider", "lost")).Should().Be(0);
        metrics.Sum("gateway_target_state", ("provider", "up")).Should().Be(2);
        (await gateway.Http.GetStringAsync("/health")).Should().Contain("targets_down");
    }
}
