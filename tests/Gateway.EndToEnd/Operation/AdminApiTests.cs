using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Operation;

/// <summary>What an operator asks of a running gateway: who spent what, at which price, as a file; and more money until the window ends.</summary>
public sealed class AdminApiTests
{
    private const string Raises = "/admin/v1/budgets/raises";

    [Fact]
    public async Task Usage_by_tag_exports_and_prices_tell_of_the_same_requests()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml($"sqlite:{folder.Path}/gateway.db", "5.00"));
        foreach (var tags in new[] { "red,blue", "red", "" })
            (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("demo", "Hello.", user: "=1+1"), ("x-gateway-tags", tags))).Status.Should().Be(HttpStatusCode.OK);

        var rows = await gateway.LedgerAsync();
        using var usage = JsonDocument.Parse(await gateway.AdminAsync("/admin/v1/usage?group_by=tag"));
        usage.RootElement.GetProperty("data").EnumerateArray().Select(static s => (s.GetProperty("tag").GetString(), s.GetProperty("requests").GetInt32()))
            .Should().Equal((null, 1), ("blue", 1), ("red", 2));
        var lines = (await gateway.AdminAsync("/admin/v1/ledger?format=jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("attempt_id").GetString()).Should().Equal(rows.Select(static r => r.AttemptId));
        var csv = (await gateway.AdminAsync("/admin/v1/ledger?format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        csv.Should().HaveCount(4).And.Subject.Skip(1).Should().OnlyContain(static l => l.Contains(",'=1+1,", StringComparison.Ordinal), "a user's name is no formula");
        var version = JsonDocument.Parse(lines[0]).RootElement.GetProperty("price_version").GetString();
        using var price = JsonDocument.Parse(await gateway.AdminAsync($"/admin/v1/prices/{version}"));
        price.RootElement.GetProperty("price").GetProperty("output").GetDecimal().Should().Be(2);
        using var document = JsonDocument.Parse(await gateway.AdminAsync("/admin/v1/openapi.json"));
        document.RootElement.GetProperty("paths").EnumerateObject().Count().Should().BeGreaterThan(15);
    }

    [Fact]
    public async Task A_raised_budget_pays_outlives_a_kill_and_ends()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml($"sqlite:{folder.Path}/gateway.db", "0.000000001"));
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.TooManyRequests);

        var raise = await RaiseAsync(gateway, DateTimeOffset.UtcNow.AddMinutes(30));
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.OK);
        await gateway.KillAsync();
        await gateway.StartAsync();
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.OK);
        (await gateway.Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Delete, $"{Raises}/{raise}", null)).Status.Should().Be(HttpStatusCode.NoContent);
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.TooManyRequests);

        await RaiseAsync(gateway, DateTimeOffset.UtcNow.AddSeconds(5));
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.OK);
        await Eventually.TrueAsync(async () => await StatusAsync(gateway) == HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(20), static () => "the limit to fall back by itself");
    }

    [SkippableFact]
    public async Task A_raise_at_one_gateway_binds_the_others_within_a_second()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.EmptyDatabaseAsync("gateway_test_raises");
        using var folder = new TempFolder();
        using var otherFolder = new TempFolder();
        var yaml = Yaml($"postgres://{database.User}:{Uri.EscapeDataString(database.Password ?? "")}@{database.Host}:{database.Port}/{database.Database}", "0.000000001");
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        await using var other = await GatewayProcess.StartAsync(otherFolder, yaml);

        var raise = await RaiseAsync(gateway, DateTimeOffset.UtcNow.AddMinutes(30));

        await LimitWithinASecondAsync(other, 1_000_000_001);
        (await StatusAsync(other)).Should().Be(HttpStatusCode.OK);
        (await gateway.Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Delete, $"{Raises}/{raise}", null)).Status.Should().Be(HttpStatusCode.NoContent);
        await LimitWithinASecondAsync(other, 1);
        (await StatusAsync(other)).Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_so_and_requests_to_models_go_on()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml($"sqlite:{folder.Path}/gateway.db", "5.00").Replace("admin_rps: 100000", "admin_rps: 1", StringComparison.Ordinal));

        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Caller(GatewayProcess.AdminKey).GetAsync("/admin/v1/budgets")));

        asked.Count(static a => a.Status == HttpStatusCode.OK).Should().BeGreaterThanOrEqualTo(2);
        var refused = asked.First(static a => a.Status == HttpStatusCode.TooManyRequests);
        refused.Error.GetProperty("code").GetString().Should().Be("rate_limit_exceeded");
        int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture).Should().BePositive();
        (await StatusAsync(gateway)).Should().Be(HttpStatusCode.OK);
    }

    private static string Yaml(string store, string limit) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "{{store}}"
        ledger: { journal: "{folder}/journal" }
        providers: [{ name: demo, kind: demo, pace: 0ms }]
        models: [{ name: demo, targets: [{ provider: demo, model: demo, price: { input: 1, output: 2 } }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        budgets: [{ limit: {{limit}}, period: total }]
        """;

    private static async Task<string> RaiseAsync(GatewayProcess gateway, DateTimeOffset until)
    {
        var made = await gateway.Caller(GatewayProcess.AdminKey).PostAsync(
            Raises, $$"""{"owner_kind":"gateway","period":"total","amount_usd":1,"until":"{{until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)}}","reason":"a test"}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        return made.Json.GetProperty("name").GetString()!;
    }

    private static Task LimitWithinASecondAsync(GatewayProcess gateway, long limit) => Eventually.TrueAsync(
        async () => (await gateway.BudgetsAsync()).Single().Limit == limit, TimeSpan.FromSeconds(1), () => $"the other gateway's limit to be {limit}.\n{gateway.Output}");

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway) => (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("demo", "Hello."))).Status;
}
