using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>Prompts that are made and shipped over the admin API, and what applications are told meanwhile.</summary>
public sealed class StoredPromptTests
{
    private const string Prompts = "/admin/v1/prompts";

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_prompt_is_made_shipped_rolled_back_and_outlives_a_kill(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream.Address, store.Address), store.Environment);
        var early = await AskAsync(gateway, upstream);
        await MakeAsync(gateway, "one {{topic}}", "two {{topic}}");

        (await AskAsync(gateway, upstream)).Status.Should().Be(HttpStatusCode.ServiceUnavailable, "no label means a version yet");
        await ShipAsync(gateway, 1);
        var first = await AskAsync(gateway, upstream);
        await ShipAsync(gateway, 2);
        var second = await AskAsync(gateway, upstream);
        await gateway.KillAsync();
        await gateway.StartAsync();
        var afterKill = await AskAsync(gateway, upstream);
        await ShipAsync(gateway, 1);
        var back = await AskAsync(gateway, upstream);

        early.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        early.Text.Should().Contain("greet@production");
        new[] { first, second, afterKill, back }.Select(static a => a.Text).Should().Equal("one tea", "two tea", "two tea", "one tea");
        (await gateway.RowsOfAsync(back.Case, 1)).Should().ContainSingle().Which.PromptVersion.Should().Be("greet@1");
        (await gateway.RowsOfAsync(second.Case, 1)).Should().ContainSingle().Which.PromptVersion.Should().Be("greet@2");
    }

    [SkippableFact]
    public async Task A_label_that_is_moved_at_one_gateway_has_moved_at_the_other_within_two_seconds()
    {
        await using var fleet = await Fleet.StartAsync(2, "expires: 2099-01-01", root: Functions("fast"));
        await MakeAsync(fleet[0], "one {{topic}}", "two {{topic}}");
        var slowest = TimeSpan.Zero;
        foreach (var version in new[] { 1, 2, 1, 2, 1 })
        {
            await ShipAsync(fleet[0], version);
            var shipped = Stopwatch.GetTimestamp();
            (await AskAsync(fleet[0], fleet.Upstream)).Text.Should().Be(version == 1 ? "one tea" : "two tea", "who moved it is told when it has moved there");
            await Eventually.TrueAsync(async () => (await AskAsync(fleet[1], fleet.Upstream)).Text == (version == 1 ? "one tea" : "two tea"), TimeSpan.FromSeconds(2), static () => "the label to move at the other gateway");
            slowest = Stopwatch.GetElapsedTime(shipped) is var took && took > slowest ? took : slowest;
        }

        slowest.Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [SkippableFact]
    public async Task While_the_store_is_away_functions_go_on_with_what_they_had()
    {
        await using var fleet = await Fleet.StartAsync(1, "expires: 2099-01-01", root: Functions("fast"));
        await MakeAsync(fleet[0], "one {{topic}}");
        await ShipAsync(fleet[0], 1);

        fleet.Between.Fault = new() { Blackhole = true };
        var answers = new List<Told>();
        for (var i = 0; i < 5; i++) answers.Add(await AskAsync(fleet[0], fleet.Upstream));
        var change = await fleet[0].Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Put, $"{Prompts}/greet/labels/production", """{"version":1}""");
        await Eventually.TrueAsync(() => Task.FromResult(fleet[0].Output.Contains("The store does not tell about changes", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), static () => "the gateway to notice");
        answers.Add(await AskAsync(fleet[0], fleet.Upstream));
        fleet.Between.Fault = Fault.None;

        answers.Should().OnlyContain(static a => a.Text == "one tea");
        change.Status.Should().Be(HttpStatusCode.ServiceUnavailable, change.Text);
        await Eventually.TrueAsync(
            async () => (await fleet[0].Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Put, $"{Prompts}/greet/labels/staging", """{"version":1}""")).Status == HttpStatusCode.OK,
            TimeSpan.FromSeconds(20), static () => "the store to be back");
    }

    /// <param name="Text">What the provider was told by the prompt, or what is wrong.</param>
    private sealed record Told(HttpStatusCode Status, string Text, string Case);

    private static async Task<Told> AskAsync(GatewayProcess gateway, ScriptedUpstream upstream)
    {
        var script = new Script { Case = Ask.NewCase("stored"), Text = "yes" };
        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fn/greet", script, extra: "\"prompt_variables\":{\"topic\":\"tea\"}"));
        if (answer.Status != HttpStatusCode.OK) return new(answer.Status, answer.Text, script.Case!);
        var seen = await upstream.RequestAsync(script.Case!);
        return new(answer.Status, seen.Json.GetProperty("messages")[0].GetProperty("content").GetString()!, script.Case!);
    }

    private static async Task MakeAsync(GatewayProcess gateway, params string[] templates)
    {
        var admin = gateway.Caller(GatewayProcess.AdminKey);
        var made = await admin.PostAsync(Prompts, """{"name":"greet","category":"demo"}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        foreach (var template in templates)
        {
            var version = await admin.PostAsync($"{Prompts}/greet/versions", JsonSerializer.Serialize(new { message = "a test", variables = new[] { new { name = "topic" } }, messages = new[] { new { role = "system", content = template } } }));
            version.Status.Should().Be(HttpStatusCode.Created, version.Text);
        }
    }

    private static async Task ShipAsync(GatewayProcess gateway, int version)
    {
        var moved = await gateway.Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Put, $"{Prompts}/greet/labels/production", $$"""{"version":{{version}}}""");
        moved.Status.Should().Be(HttpStatusCode.OK, moved.Text);
    }

    private static string Functions(string model) => $"functions: [{{ name: greet, model: {model}, prompt: greet }}]";

    private static string Yaml(string upstream, string store) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "{{store}}"
        ledger: { journal: "{folder}/journal" }
        providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream}}/v1", api_key: {{SharedRig.ProviderKey}} }]
        models: [{ name: fast, targets: [{ provider: up, model: up-fast, price: { input: 1, output: 1 } }] }]
        {{Functions("fast")}}
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
