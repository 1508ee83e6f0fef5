using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>What the gateway says would happen, and what then does.</summary>
public sealed class ExplainTests : IAsyncLifetime
{
    private const string Price = "price: { input: 1, output: 2 }";

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync($$"""
          - name: tiers
            strategy: ordered
            cache: { ttl: 10m }
            targets:
              - { provider: up, model: gold, {{Price}}, when: { headers: { x-tier: gold } } }
              - { provider: up, model: blind, {{Price}}, capabilities: { vision: false } }
              - { provider: up, model: rest, {{Price}} }
            fallbacks: [spare]
          - { name: spare, targets: [{ provider: up, model: spare, {{Price}} }] }
          - { name: nobody, targets: [{ provider: up, model: gold, {{Price}}, when: { keys: other } }] }
          - { name: failing, strategy: ordered, targets: [{ provider: down, model: one, {{Price}} }, { provider: up, model: two, {{Price}} }] }
        """, "breaker: { enabled: false }\nbudgets: [{ limit: 5, period: total }]");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("gold", false)]
    [InlineData("silver", false)]
    [InlineData("silver", true)]
    public async Task The_first_target_it_names_is_the_one_that_serves(string tier, bool image)
    {
        var name = Ask.NewCase("explain");
        var body = image
            ? $$"""{"model":"tiers","user":"{{name}}","messages":[{"role":"user","content":[{"type":"text","text":{{Ask.Quote(new Script { Case = name, Text = "yes" }.ToString())}}},{"type":"image_url","image_url":{"url":"https://a.example/a.png"} }]}]}"""
            : Ask.Chat("tiers", new Script { Case = name, Text = "yes" });

        var said = await ExplainAsync(body, ("x-tier", tier));
        var answer = await _rig.App.ChatAsync(body, ("x-tier", tier));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-target").Should().Be("up/" + Order(said)[0]);
        Order(said)[^1].Should().Be("spare", "it is asked when all others fail");
        var row = (await _rig.Gateway.RowsOfAsync(name, 1))[0];
        said.GetProperty("order")[0].GetProperty("bound_nano_usd").GetInt64().Should().BeGreaterThanOrEqualTo(row.CostNanoUsd).And.BePositive();
        said.GetProperty("cache").GetProperty("state").GetString().Should().Be("lookup");
        said.GetProperty("cache").GetProperty("key").GetString().Should().HaveLength(64);
        said.GetProperty("limits")[0].GetProperty("budgets")[0].GetProperty("limit").GetInt64().Should().Be(5_000_000_000);
    }

    [Fact]
    public async Task An_error_it_foretells_is_the_one_that_comes()
    {
        var body = Ask.Chat("nobody", new Script { Case = Ask.NewCase("explain") });

        var said = (await ExplainAsync(body)).GetProperty("error");
        var answer = await _rig.App.ChatAsync(body);

        ((int)answer.Status).Should().Be(said.GetProperty("status").GetInt32());
        answer.Error.GetProperty("message").GetString().Should().Be(said.GetProperty("message").GetString());
        answer.Error.GetProperty("code").GetString().Should().Be(said.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Explaining_sends_reserves_and_counts_nothing()
    {
        var name = Ask.NewCase("explain");
        var body = Ask.Chat("tiers", new Script { Case = name });
        var before = await StateAsync();

        for (var i = 0; i < 50; i++) await ExplainAsync(body);

        (await StateAsync()).Should().Be(before);
        (await _rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
        (await _rig.Gateway.LedgerAsync()).Should().NotContain(r => r.User == name);
    }

    [Fact]
    public async Task A_request_that_asks_for_it_has_it_in_its_rows_with_the_attempts_so_far_and_managers_do_not_see_it()
    {
        var name = Ask.NewCase("explain");
        var plain = Ask.NewCase("plain");
        await _rig.App.ChatAsync(Ask.Chat("failing", new Script { Case = name, Text = "yes" }), ("x-gateway-explain", "1"));
        await _rig.App.ChatAsync(Ask.Chat("failing", new Script { Case = plain, Text = "yes" }));
        (await _rig.App.ChatAsync(Ask.Chat("failing", new Script { Case = plain }), ("x-gateway-explain", "yes"))).Error.GetProperty("param").GetString().Should().Be("x-gateway-explain");
        await _rig.Gateway.RowsOfAsync(name, 2);
        await _rig.Gateway.RowsOfAsync(plain, 2);

        var rows = JsonDocument.Parse(await _rig.Gateway.AdminAsync("/admin/v1/ledger?limit=1000")).RootElement.GetProperty("data").EnumerateArray().ToList();

        rows.Where(r => r.GetProperty("user").GetString() == plain).Should().OnlyContain(static r => r.GetProperty("explain").ValueKind == JsonValueKind.Null);
        var own = rows.Where(r => r.GetProperty("user").GetString() == name).ToDictionary(static r => r.GetProperty("target_model").GetString()!, static r => r.GetProperty("explain"));
        Attempts(own["one"]).Should().Equal("down/one 502");
        Attempts(own["two"]).Should().Equal("down/one 502", "up/two 200");
        Order(own["two"]).Should().Equal("one", "two");
        var admin = _rig.Gateway.Caller(GatewayProcess.AdminKey);
        (await admin.PostAsync("/admin/v1/teams", """{"name":"crew"}""")).Status.Should().Be(HttpStatusCode.Created);
        var key = (await admin.PostAsync("/admin/v1/keys", """{"name":"crews","team":"crew"}""")).Json.GetProperty("key").GetString()!;
        var manager = (await admin.PostAsync("/admin/v1/tokens", """{"name":"m","role":"manager","teams":["crew"]}""")).Json.GetProperty("token").GetString()!;
        var theirs = Ask.NewCase("crew");
        await _rig.Gateway.Caller(key).ChatAsync(Ask.Chat("spare", new Script { Case = theirs, Text = "yes" }), ("x-gateway-explain", "1"));
        await _rig.Gateway.RowsOfAsync(theirs, 1);
        var seen = (await _rig.Gateway.Caller(manager).GetAsync("/admin/v1/ledger")).Json.GetProperty("data").EnumerateArray().Should().ContainSingle().Which;
        (seen.GetProperty("user").GetString(), seen.GetProperty("explain").ValueKind).Should().Be((theirs, JsonValueKind.Null));
    }

    [Fact]
    public async Task An_answer_out_of_the_cache_is_explained_too()
    {
        var name = Ask.NewCase("explain");
        var body = Ask.Chat("tiers", new Script { Case = name, Text = "yes" });
        await _rig.App.ChatAsync(body);
        (await _rig.App.ChatAsync(body, ("x-gateway-explain", "1"))).Header("x-gateway-cache").Should().Be("hit");
        await _rig.Gateway.RowsOfAsync(name, 2);

        var rows = JsonDocument.Parse(await _rig.Gateway.AdminAsync("/admin/v1/ledger?limit=1000")).RootElement.GetProperty("data").EnumerateArray();

        var hit = rows.Single(r => r.GetProperty("user").GetString() == name && r.GetProperty("cache").GetString() == "hit").GetProperty("explain");
        hit.GetProperty("cache").GetProperty("state").GetString().Should().Be("lookup");
        hit.GetProperty("attempts").GetArrayLength().Should().Be(0);
    }

    private async Task<JsonElement> ExplainAsync(string body, params (string Name, string Value)[] headers)
    {
        var ask = $$"""{"key":"app","headers":{{JsonSerializer.Serialize(headers.ToDictionary(static h => h.Name, static h => h.Value))}},"body":{{body}}}""";
        var answer = await _rig.Gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/explain", ask);
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    private async Task<string> StateAsync()
    {
        var metrics = await _rig.Gateway.MetricsAsync();
        var counted = new[] { "gateway_requests_total", "gateway_upstream_attempts_total", "gateway_cache_requests_total", "gateway_budget_held_usd", "gateway_budget_spent_usd", "gateway_fallbacks_total" };
        return string.Join('\n', counted.Select(c => $"{c} {metrics.Sum(c)}")) + await _rig.Gateway.AdminAsync("/admin/v1/targets") + await _rig.Gateway.AdminAsync("/admin/v1/budgets");
    }

    private static List<string> Order(JsonElement explanation) => [.. explanation.GetProperty("order").EnumerateArray().Select(static s => s.GetProperty("target_model").GetString()!)];

    private static IEnumerable<string> Attempts(JsonElement explanation) =>
        explanation.GetProperty("attempts").EnumerateArray().Select(static a => $"{a.GetProperty("target")} {a.GetProperty("status")}");
}
