using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>What was answered belongs to a key of a team: nobody gets it by the name that somebody else's key had.</summary>
public sealed class IdempotencyOwnerTests
{
    private const string Header = "Idempotency-Key", Replayed = "x-gateway-idempotent-replay";

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_key_of_the_same_name_in_another_team_gets_no_answer_of_the_first(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, store.Address), store.Environment);
        var admin = gateway.Caller(GatewayProcess.AdminKey);
        foreach (var team in new[] { "alpha", "beta" })
            (await admin.PostAsync("/admin/v1/teams", $$"""{"name":"{{team}}"}""")).Status.Should().Be(HttpStatusCode.Created);
        var body = Ask.Chat("fast", new Script { Case = "owner" });

        var alpha = await CallAsync(gateway, await MakeAsync(admin, "alpha"), body);
        (await admin.SendAsync(HttpMethod.Delete, "/admin/v1/keys/bot", null)).Status.Should().Be(HttpStatusCode.NoContent);
        var betaKey = await MakeAsync(admin, "beta");
        var beta = await CallAsync(gateway, betaKey, body);

        alpha.Header(Replayed).Should().BeNull();
        beta.Header(Replayed).Should().BeNull("the name is the same, and who has it is not");
        beta.Json.GetProperty("id").GetString().Should().NotBe(alpha.Json.GetProperty("id").GetString());
        upstream.InvoiceOf("owner").Should().HaveCount(2);

        // And a key that goes to another team leaves its answers behind, in both directions.
        (await CallAsync(gateway, betaKey, body)).Text.Should().Be(beta.Text);
        (await MoveAsync(admin, "\"alpha\"")).Should().Be(HttpStatusCode.OK);
        (await CallAsync(gateway, betaKey, body)).Text.Should().Be(alpha.Text, "a key of this name and team asked first");
        (await MoveAsync(admin, "null")).Should().Be(HttpStatusCode.OK);
        (await CallAsync(gateway, betaKey, body)).Header(Replayed).Should().BeNull("without a team it is nobody who asked before");
        upstream.InvoiceOf("owner").Should().HaveCount(3);
        (await gateway.RowsOfAsync("owner", 3)).Select(static r => r.Team).Should().BeEquivalentTo(["alpha", "beta", null]);
    }

    private static async Task<Answer> CallAsync(GatewayProcess gateway, string key, string body)
    {
        var answer = await gateway.Caller(key).ChatAsync(body, (Header, "the same"));
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return answer;
    }

    private static async Task<string> MakeAsync(Caller admin, string team)
    {
        var made = await admin.PostAsync("/admin/v1/keys", $$"""{"name":"bot","team":"{{team}}"}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        return made.Json.GetProperty("key").GetString()!;
    }

    private static async Task<HttpStatusCode> MoveAsync(Caller admin, string team) =>
        (await admin.SendAsync(HttpMethod.Patch, "/admin/v1/keys/bot", $$"""{"team":{{team}}}""")).Status;
}
