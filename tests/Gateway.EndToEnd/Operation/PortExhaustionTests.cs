using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary>R14: no local port is left for another connection to a provider.</summary>
public sealed class PortExhaustionTests
{
    private const int Ports = 4;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task Without_a_free_port_a_request_is_a_quick_502_that_costs_nothing_other_providers_serve_what_is_under_way_goes_on_and_so_does_service_afterwards()
    {
        using var folder = new TempFolder();
        await using var network = await SmallNetwork.StartAsync();
        await using var upstream = await ScriptedUpstream.StartAsync(folder, within: network.Inside);
        await using var spare = await ScriptedUpstream.StartAsync(folder, "spare.jsonl", network.Inside);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, spare), within: network.Inside);
        var app = gateway.Caller(SharedRig.AppKey);
        await network.BoundPortsAsync(40_000, 40_000 + Ports - 1);

        var held = Enumerable.Range(0, Ports).Select(i => app.StreamAsync(Ask.Chat("alone", new Script { Case = $"held-{i}", Hold = Stall.First }, stream: true))).ToList();
        await Eventually.TrueAsync(async () => (await upstream.StatsAsync()).Held == Ports, Soon, static () => "a stream on every port");
        var refused = await app.ChatAsync(Ask.Chat("alone", new Script { Case = "refused" }));
        refused.Status.Should().Be(HttpStatusCode.BadGateway);
        refused.Error.GetProperty("message").GetString().Should().Be("Provider 'up' cannot be reached.");
        (await upstream.RequestsAsync("refused")).Should().BeEmpty();
        (await app.ChatAsync(Ask.Chat("pair", new Script { Case = "pair" }))).Header("x-gateway-target").Should().Be("spare/m", "a port is used up for one address only");

        (await gateway.RowsOfAsync("refused", 1)).Single().CostNanoUsd.Should().Be(0);
        (await gateway.MetricsAsync()).Sum("gateway_upstream_attempts_total", ("provider", "up"), ("outcome", "connect_error")).Should().Be(2, "that is how an operator sees it");

        for (var i = 0; i < Ports; i++)
            await upstream.ReleaseAsync($"held-{i}");
        foreach (var stream in held)
            (await stream).Done.Should().BeTrue();
        var answers = await Task.WhenAll(Enumerable.Range(0, Ports).Select(i => app.ChatAsync(Ask.Chat("alone", new Script { Case = $"after-{i}" }))));
        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.OK);
        (await gateway.BudgetsAsync()).Should().OnlyContain(static b => b.Held == 0);
    }

    private static string Yaml(ScriptedUpstream upstream, ScriptedUpstream spare) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers:
          - { name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: x }
          - { name: spare, kind: openai-compatible, base_url: "{{spare.Address}}/v1", api_key: x }
        models:
          - { name: alone, retries: 0, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }
          - { name: pair, strategy: ordered, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }, { provider: spare, model: m, price: {{PriceList.Yaml}} }] }
        keys: [{ name: app, key: {{SharedRig.AppKey}}, budgets: [{ limit: 10.00, period: total }] }]
        """;
}
