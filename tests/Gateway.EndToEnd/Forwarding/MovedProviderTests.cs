using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>R16: a provider's name leads to another address than before.</summary>
public sealed class MovedProviderTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10), LongLife = TimeSpan.FromMinutes(1);

    private static readonly IPAddress s_first = IPAddress.Loopback, s_second = IPAddress.Parse("127.0.0.2");

    [SkippableFact]
    public async Task While_the_old_address_still_answers_everything_has_moved_after_a_lifetime_and_nothing_failed()
    {
        using var folder = new TempFolder();
        var names = await NameTable.CreateAsync(folder, s_first);
        await using var old = Upstream(new(s_first, 0));
        await using var next = Upstream(new(s_second, PortOf(old)));
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(old, "1s"), within: names.Around);
        var sent = 0;
        async Task AskAsync() => (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", "x", $"moved-{sent++}"))).Status.Should().Be(HttpStatusCode.OK);
        await AskAsync();
        old.Requests.Should().ContainSingle();

        names.Lead(s_second);
        await AskAsync();
        old.Requests.Should().HaveCount(2, "a connection that is kept is used");
        await Eventually.TrueAsync(
            async () =>
            {
                await AskAsync();
                return next.Requests.Count >= 10;
            },
            Soon,
            static () => "requests at the new address");

        output.WriteLine($"{old.Requests.Count} went to the old address, {next.Requests.Count} to the new one");
        var before = old.Requests.Count;
        for (var i = 0; i < 10; i++)
            await AskAsync();
        old.Requests.Should().HaveCount(before, "nothing goes back");
        old.Connections.Should().Be(1, "new connections go to the new address");
        (old.Requests.Count + next.Requests.Count).Should().Be(sent, "each arrived once");
    }

    [SkippableFact]
    public async Task When_the_old_address_goes_away_requests_go_to_the_new_one_at_once_and_where_there_is_none_nothing_is_charged_until_there_is()
    {
        using var folder = new TempFolder();
        var names = await NameTable.CreateAsync(folder, s_first);
        var old = Upstream(new(s_first, 0));
        var port = PortOf(old);
        var next = Upstream(new(s_second, port));
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(old, "10m"), within: names.Around);
        async Task<HttpStatusCode> AskAsync(string name) => (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", "x", name))).Status;
        (await AskAsync("kept")).Should().Be(HttpStatusCode.OK);
        names.Lead(s_second);

        await old.DisposeAsync();
        (await AskAsync("moved")).Should().Be(HttpStatusCode.OK, "the kept connection was closed, and a new one goes where the name leads");
        next.Requests.Should().ContainSingle();

        await next.DisposeAsync();
        (await AskAsync("nowhere")).Should().Be(HttpStatusCode.BadGateway);
        (await gateway.RowsOfAsync("nowhere", 1)).Single().CostNanoUsd.Should().Be(0);

        await using var third = Upstream(new(s_first, port));
        names.Lead(s_first);
        (await AskAsync("back")).Should().Be(HttpStatusCode.OK, "nobody remembers an address");
        third.Requests.Should().ContainSingle();
    }

    private static ImpatientUpstream Upstream(IPEndPoint at) => new(LongLife, static _ => false, at);

    private static int PortOf(ImpatientUpstream upstream) => new Uri(upstream.Address).Port;

    private static string Yaml(ImpatientUpstream upstream, string lifetime) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        breaker: { enabled: false }
        providers: [{ name: up, kind: openai-compatible, base_url: "http://{{NameTable.Name}}:{{PortOf(upstream)}}/v1", api_key: x, connection_lifetime: {{lifetime}} }]
        models: [{ name: fast, retries: 0, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
