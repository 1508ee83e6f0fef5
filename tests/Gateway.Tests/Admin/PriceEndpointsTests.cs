using System.Net;
using Gateway.Core.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admin;

public class PriceEndpointsTests
{
    private const string Yaml = """
        server: { admin_key: an-admin-key-of-more-than-32-characters }
        store: sqlite:{folder}/gateway.db
        unpriced: allow
        providers: [{ name: demo, kind: demo }, { name: box, kind: openai-compatible, base_url: "http://127.0.0.1:9" }]
        models:
          - { name: a, targets: [{ provider: demo, model: demo }, { provider: box, model: own, price: { input: 0.05, output: 0.1, cache_read: 0 } }] }
          - { name: asked, targets: [{ provider: demo, model: demo }] }
          - { name: b, targets: [{ provider: box, model: free }] }
        keys: [{ name: app, key: sk-app-canary }]
        """;

    [Fact]
    public async Task Every_target_is_listed_with_its_rates_and_where_they_are_from()
    {
        await using var host = await EntityHost.StartAsync(Yaml);

        var data = (await host.AdminAsync("GET", "/admin/v1/prices")).Json.GetProperty("data").EnumerateArray().ToList();

        data.Select(static p => (p.GetProperty("model").GetString(), p.GetProperty("provider").GetString(), p.GetProperty("target_model").GetString(), p.GetProperty("source").GetString()))
            .Should().Equal(("a", "demo", "demo", "catalog"), ("a", "box", "own", "config"), ("asked", "demo", "demo", "catalog"), ("b", "box", "free", null));
        data[0].GetProperty("price").GetRawText().Should().Be("""{"input":0.1,"output":0.4,"tiers":[]}""");
        data[1].GetProperty("price").GetRawText().Should().Be("""{"input":0.05,"output":0.1,"cache_read":0,"tiers":[]}""");
        data[1].GetProperty("price_version").GetString().Should().StartWith("config:");
        (data[3].GetProperty("price").GetRawText(), data[3].GetProperty("price_version").GetRawText()).Should().Be(("null", "null"), "it is unpriced");
        (await host.AdminAsync("GET", "/admin/v1/prices?provider=box&model=a")).Json.GetProperty("data").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_version_that_a_row_names_says_what_it_cost_then()
    {
        await using var host = await EntityHost.StartAsync(Yaml);
        await host.Services.GetRequiredService<ILedgerStore>().SavePricesAsync([new("2020-01-01:0123456789ab", "{ input: 3, output: 6, flex: { input: 1.5 }, over_200k: { output: 9 } }")], CancellationToken.None);
        (await host.ChatAsync("sk-app-canary", "asked")).Status.Should().Be(HttpStatusCode.OK);
        var row = (await host.AdminAsync("GET", "/admin/v1/ledger")).Json.GetProperty("data")[0];

        var old = await host.AdminAsync("GET", "/admin/v1/prices/2020-01-01:0123456789ab");
        old.Json.GetProperty("line").GetString().Should().Be("{ input: 3, output: 6, flex: { input: 1.5 }, over_200k: { output: 9 } }");
        old.Json.GetProperty("price").GetRawText().Should().Be(
            """{"input":3,"output":6,"tiers":[{"over_tokens":0,"service_tier":"flex","input":1.5},{"over_tokens":200000,"service_tier":null,"output":9}]}""");
        var now = await host.AdminAsync("GET", $"/admin/v1/prices/{row.GetProperty("price_version").GetString()}");
        now.Json.GetProperty("price").GetProperty("output").GetDecimal().Should().Be(0.4m);
        var unused = (await host.AdminAsync("GET", "/admin/v1/prices?provider=box&model=a")).Json.GetProperty("data")[0].GetProperty("price_version").GetString();
        (await host.AdminAsync("GET", $"/admin/v1/prices/{unused}")).Status.Should().Be(HttpStatusCode.OK, "it is in force, though no row has used it");
        (await host.AdminAsync("GET", "/admin/v1/prices/nonsuch")).Code.Should().Be("not_found");
    }
}
