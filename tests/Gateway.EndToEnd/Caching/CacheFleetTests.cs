using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>S11 on two gateways with one store: what is right to give again at one is right at the other, and nothing else is.</summary>
public sealed class CacheFleetTests
{
    private const string OtherKey = "sk-canary-fleet-other-000000000000000011";

    [SkippableFact]
    public async Task A_gateway_gives_what_another_made_to_its_owner_alone_until_it_is_purged()
    {
        await using var fleet = await StartAsync();
        var name = Ask.NewCase("fleet");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 20 }, stream: true);
        var made = await Caller(fleet, 0).StreamAsync(body);

        var found = await Eventually.ValueAsync(() => Caller(fleet, 1).StreamAsync(body), static a => a.Headers["x-gateway-cache"] == "hit", TimeSpan.FromSeconds(10), "a hit at the other gateway");

        found.Bytes.Should().Equal(made.Bytes);
        found.Headers["x-gateway-original-request-id"].Should().NotBe(found.Headers["x-request-id"]);
        (await Caller(fleet, 1, OtherKey).StreamAsync(body)).Headers["x-gateway-cache"].Should().Be("miss", "another key's");
        (await Caller(fleet, 0, OtherKey).StreamAsync(body)).Headers.GetValueOrDefault("x-gateway-original-request-id").Should().NotBe(made.Headers["x-request-id"]);

        (await fleet[0].Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=fast", null)).Status.Should().Be(HttpStatusCode.NoContent);

        (await Caller(fleet, 0).StreamAsync(body)).Headers["x-gateway-cache"].Should().Be("miss", "here at once");
        await Eventually.TrueAsync(async () => (await Caller(fleet, 1).StreamAsync(body)).Headers.GetValueOrDefault("x-gateway-original-request-id") != made.Headers["x-request-id"], TimeSpan.FromSeconds(5),
            static () => "the purge to be heard of at the other gateway");
    }

    [SkippableTheory]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Clean)]
    public async Task What_broke_or_failed_at_one_gateway_is_made_at_the_other(Cut cut)
    {
        await using var fleet = await StartAsync();
        var name = Ask.NewCase("broken");
        var broken = Ask.Chat("fast", new Script { Case = name, Chunks = 10, After = 4, Cut = cut }, stream: true);
        var failed = Ask.Chat("fast", new Script { Case = name, Status = 500 });
        (await Caller(fleet, 0).StreamAsync(broken)).Done.Should().BeFalse();
        (await Caller(fleet, 0).ChatAsync(failed)).Status.Should().Be(HttpStatusCode.BadGateway);
        // What is written after them is there: so would they be.
        var after = Ask.Chat("fast", new Script { Case = Ask.NewCase("after") });
        await Caller(fleet, 0).ChatAsync(after);
        await Eventually.TrueAsync(async () => (await Caller(fleet, 1).ChatAsync(after)).Header("x-gateway-cache") == "hit", TimeSpan.FromSeconds(10), static () => "the store to have what was made after them");

        (await Caller(fleet, 1).StreamAsync(broken)).Headers["x-gateway-cache"].Should().Be("miss");
        (await Caller(fleet, 1).ChatAsync(failed)).Header("x-gateway-cache").Should().Be("miss");

        (await fleet.Upstream.RequestsAsync(name)).Should().HaveCount(4);
    }

    private static Task<Fleet> StartAsync() => Fleet.StartAsync(2, "limits: { rpm: 100000 }", "cache: { ttl: 10m }",
        $"  - {{ name: other, key: {OtherKey} }}\ncache: {{ memory: 16MiB, store: 64MiB }}\nbreaker: {{ enabled: false }}");

    private static Caller Caller(Fleet fleet, int gateway, string key = SharedRig.AppKey) => fleet[gateway].Caller(key);
}
