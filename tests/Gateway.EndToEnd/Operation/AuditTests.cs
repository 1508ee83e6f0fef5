using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary><c>audit</c> beside running gateways: every budget that binds, and who has what of it.</summary>
public sealed class AuditTests
{
    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Budgets_made_over_the_admin_API_are_audited_with_their_raises(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, store.Address), store.Environment);
        await SendAsync(gateway, "teams", """{"name":"made-team","budgets":[{"limit":50,"period":"month"}]}""");
        var key = (await SendAsync(gateway, "keys", """{"name":"made","team":"made-team","budgets":[{"limit":20,"period":"day"}]}""")).GetProperty("key").GetString()!;
        await SendAsync(gateway, "budgets/raises", """{"owner_kind":"key","owner":"made","period":"day","amount_usd":5,"reason":"a launch"}""");
        (await gateway.Caller(key).ChatAsync(Ask.Chat("fast", new Script { Case = "made" }, extra: "\"max_tokens\":100"))).Status.Should().Be(HttpStatusCode.OK);
        var cost = (await gateway.RowsOfAsync("made", 1)).Single().CostNanoUsd / 1_000_000_000m;

        var (code, audit) = await gateway.AuditAsync();

        code.Should().Be(0, audit);
        audit.Should().Contain($"budget of key 'made' (day): ${cost:0.#########} spent, rows ${cost:0.#########}, limit $25\n")
            .And.Contain($"budget of team 'made-team' (month): ${cost:0.#########} spent, rows ${cost:0.#########}, limit $50\n");
    }

    [SkippableFact]
    public async Task What_each_gateway_counts_is_compared_with_its_rows_and_what_a_dead_one_holds_is_told()
    {
        await using var fleet = await Fleet.StartAsync(2, "budgets: [{ limit: 1000.00, period: month }]");
        for (var i = 0; i < 10; i++)
            (await fleet.AskAsync(i % 2, $"each-{i}", stream: false)).Should().Be(HttpStatusCode.OK);
        var (other, self) = (await fleet.OtherThanAsync(0), await fleet.OtherThanAsync(1));
        await fleet[1].LedgerAsync();   // asks for its own rows first: none comes in during the audit
        var (code, audit) = await fleet[0].AuditAsync();
        code.Should().Be(0, audit);
        foreach (var id in new[] { other, self })
            audit.Should().MatchRegex($@"gateway {id}: \$([0-9.]+) counted, rows \$\1, holds ");

        var stalled = fleet[1].Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Case = "stalled", Stall = Stall.Headers }, extra: "\"max_tokens\":300000"));
        await Eventually.TrueAsync(async () => (await fleet.Upstream.StatsAsync()).Requests == 11, TimeSpan.FromSeconds(10), static () => "a request under way");
        (await fleet[0].AuditAsync()).ExitCode.Should().Be(0, "what a living gateway holds for a request is no difference");
        await fleet[1].KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => stalled);

        var said = "";
        await Eventually.TrueAsync(
            async () => (said = (await fleet[0].AuditAsync()).Output).Contains($"gateway {other}, silent since "), TimeSpan.FromSeconds(40), () => $"the other's death in the audit.\n{said}");
        said.Should().EndWith("0 differences\n");
        said.Should().MatchRegex($@"gateway {other}, silent since [^:]+:[^:]+:[^:]+: \$([0-9.]+) counted, rows \$\1, holds \$0\.0*[1-9]", "what the stalled request may have cost is nobody else's to spend");
    }

    private static async Task<JsonElement> SendAsync(GatewayProcess gateway, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/v1/" + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", GatewayProcess.AdminKey);
        using var response = await gateway.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.Created, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
