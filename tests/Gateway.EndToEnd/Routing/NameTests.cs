using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>R14 and R16: what a name server says of a provider, and addresses of which one leads nowhere.</summary>
[Collection(Alone.Name)]
public sealed class NameTests
{
    private const int Connect = 2000;

    [SkippableTheory]
    [InlineData(NameFault.Unknown, HttpStatusCode.BadGateway, "The address of provider 'lost' cannot be resolved: there is no such name.")]
    [InlineData(NameFault.Failure, HttpStatusCode.BadGateway, "The address of provider 'lost' cannot be resolved: the name server did not answer, or could not find out.")]
    [InlineData(NameFault.Silence, HttpStatusCode.GatewayTimeout, "Connecting to provider 'lost' took longer than its timeout.connect.")]
    public async Task A_name_without_an_address_is_told_as_what_it_is_costs_nothing_and_the_next_target_answers(NameFault fault, HttpStatusCode status, string message)
    {
        using var folder = new TempFolder();
        await using var names = NameServer.Start(folder);
        await using var upstream = new ImpatientUpstream(TimeSpan.FromMinutes(1), static _ => false);
        names.Set("lost.test", fault);
        names.Set("up.test", IPAddress.Loopback);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(9, new Uri(upstream.Address).Port), within: names.Inside);
        var app = gateway.Caller(SharedRig.AppKey);
        (await app.ChatAsync(Ask.Chat("spare", "x"))).Status.Should().Be(HttpStatusCode.OK, "so that the first request's own cost is not measured");
        var watch = Stopwatch.StartNew();

        var alone = await app.ChatAsync(Ask.Chat("alone", "x", "alone"));
        alone.Status.Should().Be(status);
        alone.Error.GetProperty("message").GetString().Should().Be(message);
        (await app.ChatAsync(Ask.Chat("pair", "x"))).Header("x-gateway-target").Should().Be("up/m");
        watch.ElapsedMilliseconds.Should().BeLessThan((2 * Connect) + 1000);

        (await gateway.RowsOfAsync("alone", 1)).Single().CostNanoUsd.Should().Be(0);
        var metrics = await gateway.MetricsAsync();
        metrics.Sum("gateway_upstream_attempts_total", ("provider", "lost")).Should().Be(2);
        metrics.Sum("gateway_upstream_attempts_total", ("provider", "up"), ("outcome", "success")).Should().Be(2);
    }

    [SkippableFact]
    public async Task Of_a_name_with_two_addresses_the_one_that_answers_serves_although_the_other_drops_everything()
    {
        using var folder = new TempFolder();
        await using var names = NameServer.Start(folder);
        using var down = new BlackHole(IPAddress.Parse("127.0.0.2"));
        await using var upstream = new ImpatientUpstream(TimeSpan.FromMilliseconds(1), static _ => false, new IPEndPoint(IPAddress.Parse("127.0.0.3"), down.At.Port));
        names.Set("lost.test", down.At.Address, IPAddress.Parse("127.0.0.3"));
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(down.At.Port, 9), within: names.Inside);
        var app = gateway.Caller(SharedRig.AppKey);

        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            (await app.ChatAsync(Ask.Chat("alone", "x", $"two-{i}"))).Status.Should().Be(HttpStatusCode.OK);
            watch.ElapsedMilliseconds.Should().BeLessThan(Connect, "the other address is tried after a quarter of a second");
            await Eventually.TrueAsync(() => upstream.Closed == upstream.Connections, TimeSpan.FromSeconds(10), static () => "the connection to be closed");
        }

        upstream.Requests.Should().HaveCount(5, "each arrived once");
    }

    [SkippableFact]
    public async Task Where_every_address_drops_everything_the_connect_timeout_ends_the_waiting_and_the_next_target_answers()
    {
        using var folder = new TempFolder();
        await using var names = NameServer.Start(folder);
        using var down = new BlackHole(IPAddress.Parse("127.0.0.2"));
        await using var upstream = new ImpatientUpstream(TimeSpan.FromMinutes(1), static _ => false);
        names.Set("lost.test", down.At.Address, down.At.Address);
        names.Set("up.test", IPAddress.Loopback);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(down.At.Port, new Uri(upstream.Address).Port), within: names.Inside);
        var app = gateway.Caller(SharedRig.AppKey);
        (await app.ChatAsync(Ask.Chat("spare", "x"))).Status.Should().Be(HttpStatusCode.OK);
        var watch = Stopwatch.StartNew();

        (await app.ChatAsync(Ask.Chat("pair", "x"))).Header("x-gateway-target").Should().Be("up/m");

        watch.ElapsedMilliseconds.Should().BeInRange(Connect - 20, Connect + 700);
    }

    private static string Yaml(int lost, int up) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers:
          - { name: lost, kind: openai-compatible, base_url: "http://lost.test:{{lost}}/v1", api_key: x, timeout: { connect: {{Connect}}ms } }
          - { name: up, kind: openai-compatible, base_url: "http://up.test:{{up}}/v1", api_key: x }
        models:
          - { name: alone, targets: [{ provider: lost, model: m, price: {{PriceList.Yaml}} }] }
          - { name: spare, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }
          - { name: pair, strategy: ordered, targets: [{ provider: lost, model: m, price: {{PriceList.Yaml}} }, { provider: up, model: m, price: {{PriceList.Yaml}} }] }
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
