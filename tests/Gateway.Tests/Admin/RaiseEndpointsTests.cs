using System.Net;
using System.Text.Json;

namespace Gateway.Tests.Admin;

public class RaiseEndpointsTests
{
    private const string Raises = "/admin/v1/budgets/raises";

    private const string Yaml = """
        server: { admin_key: an-admin-key-of-more-than-32-characters, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers: [{ name: demo, kind: demo }]
        models: [{ name: demo, targets: [{ provider: demo, model: demo }] }]
        keys: [{ name: filed, key: sk-filed-canary, budgets: [{ limit: 0.000000001, period: month }, { limit: 9, period: day, rolling: true }] }]
        teams: [{ name: growth, budgets: [{ limit: 500, period: month, timezone: Europe/Madrid }] }]
        budgets: [{ limit: 2000, period: total }]
        """;

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("""["why"]""")]
    [InlineData("""{"why":"so"}""")]
    [InlineData("\"\"")]
    [InlineData("\"a\\nb\"")]
    [InlineData(null)]
    public async Task A_reason_that_is_no_line_of_text_is_refused(string? reason)
    {
        await using var host = await EntityHost.StartAsync(Yaml);
        // 1,000 characters are the most.
        reason ??= $"\"{new string('x', 1001)}\"";

        var answer = await host.AdminAsync("POST", Raises, $$"""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":0.5,"reason":{{reason}}}""");

        (answer.Status, answer.Param).Should().Be((HttpStatusCode.BadRequest, "reason"), answer.Text);
    }

    [Fact]
    public async Task A_raise_lets_requests_through_until_it_is_ended()
    {
        await using var host = await EntityHost.StartAsync(Yaml);
        (await host.ChatAsync("sk-filed-canary")).Code.Should().Be("budget_exceeded");

        var made = await host.AdminAsync("POST", Raises, """{"owner_kind":"key","owner":"filed","period":"month","amount_usd":0.5,"reason":"demo day"}""");

        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        (await host.ChatAsync("sk-filed-canary")).Status.Should().Be(HttpStatusCode.OK);
        var budget = await BudgetAsync(host, "filed", "month");
        (budget.GetProperty("limit").GetInt64(), budget.GetProperty("raised").GetInt64()).Should().Be((500_000_001, 500_000_000));
        made.Json.GetProperty("until").GetDateTimeOffset().Should().Be(budget.GetProperty("resets_at").GetDateTimeOffset(), "it ends with the window");
        (await host.AdminAsync("GET", Raises)).Json.GetProperty("data")[0].GetRawText().Should().Be(made.Text);
        (await BudgetAsync(host, "filed", "day")).GetProperty("raised").GetInt64().Should().Be(0, "another budget of the same key");

        (await host.AdminAsync("DELETE", made.Location!)).Status.Should().Be(HttpStatusCode.NoContent);

        (await host.ChatAsync("sk-filed-canary")).Code.Should().Be("budget_exceeded");
        (await BudgetAsync(host, "filed", "month")).GetProperty("limit").GetInt64().Should().Be(1);
        (await host.AdminAsync("GET", Raises)).Json.GetProperty("data").GetArrayLength().Should().Be(0);
        var audit = (await host.AdminAsync("GET", "/admin/v1/audit?kind=raise")).Json.GetProperty("data").EnumerateArray().ToList();
        audit.Select(static e => e.GetProperty("action").GetString()).Should().Equal("raise.delete", "raise.create");
        audit[1].GetProperty("after").GetProperty("reason").GetString().Should().Be("demo day");
    }

    [Fact]
    public async Task Raises_of_one_budget_add_up_and_every_kind_of_owner_has_them()
    {
        await using var host = await EntityHost.StartAsync(Yaml);
        foreach (var body in new[]
        {
            """{"owner_kind":"team","owner":"growth","period":"month","timezone":"Europe/Madrid","amount_usd":100,"reason":"a"}""",
            """{"owner_kind":"team","owner":"growth","period":"month","timezone":"Europe/Madrid","amount_usd":25.5,"reason":"b"}""",
            """{"owner_kind":"gateway","period":"total","amount_usd":1,"until":"2100-01-31","reason":"c"}""",
            """{"owner_kind":"key","owner":"filed","period":"day","rolling":true,"amount_usd":3,"until":"2100-01-31T12:00:00Z","reason":"d"}""",
        })
            (await host.AdminAsync("POST", Raises, body)).Status.Should().Be(HttpStatusCode.Created, body);

        (await BudgetAsync(host, "growth", "month")).GetProperty("limit").GetInt64().Should().Be(625_500_000_000);
        (await BudgetAsync(host, "gateway", "total")).GetProperty("raised").GetInt64().Should().Be(1_000_000_000);
        (await BudgetAsync(host, "filed", "day")).GetProperty("limit").GetInt64().Should().Be(12_000_000_000);
        (await host.AdminAsync("GET", "/admin/v1/teams/growth")).Json.GetProperty("budgets")[0].GetProperty("limit").GetDecimal().Should().Be(500, "the file says so");
    }

    [Theory]
    [InlineData("""{"owner_kind":"gateway","period":"total","amount_usd":1,"reason":"x"}""", "until")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"day","rolling":true,"amount_usd":1,"reason":"x"}""", "until")]
    [InlineData("""{"owner_kind":"gateway","period":"total","amount_usd":1,"until":"2020-01-01","reason":"x"}""", "until")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":1,"until":"2100-01-01","reason":"x"}""", "until")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"week","amount_usd":1,"reason":"x"}""", "period")]
    [InlineData("""{"owner_kind":"key","owner":"nonsuch","period":"month","amount_usd":1,"reason":"x"}""", "period")]
    [InlineData("""{"owner_kind":"team","owner":"growth","period":"month","amount_usd":1,"reason":"x"}""", "period")]
    [InlineData("""{"owner_kind":"team","period":"month","amount_usd":1,"reason":"x"}""", null)]
    [InlineData("""{"owner_kind":"target","owner":"demo","period":"month","amount_usd":1,"reason":"x"}""", "owner_kind")]
    [InlineData("""{"owner_kind":"gateway","owner":"other","period":"total","amount_usd":1,"until":"2100-01-01","reason":"x"}""", "owner")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":0,"reason":"x"}""", "amount_usd")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":-5,"reason":"x"}""", "amount_usd")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":1}""", null)]
    [InlineData("""{"name":"mine","owner_kind":"key","owner":"filed","period":"month","amount_usd":1,"reason":"x"}""", "name")]
    [InlineData("""{"owner_kind":"key","owner":"filed","period":"month","amount_usd":1,"reason":"x","limit":1}""", "limit")]
    public async Task A_raise_that_cannot_be_meant_is_refused(string json, string? param)
    {
        await using var host = await EntityHost.StartAsync(Yaml);

        var refused = await host.AdminAsync("POST", Raises, json);

        (refused.Status, refused.Param).Should().Be((HttpStatusCode.BadRequest, param), refused.Text);
        (await host.AdminAsync("GET", Raises)).Json.GetProperty("data").GetArrayLength().Should().Be(0);
    }

    private static async Task<JsonElement> BudgetAsync(EntityHost host, string owner, string period) => (await host.AdminAsync("GET", "/admin/v1/budgets")).Json.GetProperty("data")
        .EnumerateArray().Single(b => b.GetProperty("owner").GetString() == owner && b.GetProperty("period").GetString() == period);
}
