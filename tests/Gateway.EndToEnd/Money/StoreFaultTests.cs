using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>A store that is slow, silent or new to a key (M8, M13, M15, R9).</summary>
[Collection(Alone.Name)]
public sealed class StoreFaultTests
{
    private const string Manage = "/admin/v1/keys";

    [SkippableFact]
    public async Task A_server_that_answers_slowly_and_then_not_at_all_holds_up_nobody_for_long_and_loses_nothing()
    {
        await using var fleet = await Fleet.StartAsync(1, "budgets: [{ limit: 1000.00, period: month }]");
        for (var i = 0; i < 20; i++)
            (await fleet.AskAsync(0, $"warm-{i}", stream: false)).Should().Be(HttpStatusCode.OK);

        fleet.Between.Fault = new() { Delay = TimeSpan.FromMilliseconds(200) };
        for (var i = 0; i < 20; i++)
        {
            var (status, took) = await TimedAsync(() => fleet.AskAsync(0, $"slow-{i}", stream: i % 2 == 0));
            status.Should().Be(HttpStatusCode.OK);
            took.Should().BeLessThan(TimeSpan.FromSeconds(3), "a round trip or two, and most need none");
        }

        fleet.Between.Fault = new() { Blackhole = true };
        var refused = 0;
        var (late, atOnce) = (TimeSpan.Zero, 0);
        for (var i = 0; i < 200 && refused < 20; i++)
        {
            var (status, took) = await TimedAsync(() => fleet.AskAsync(0, $"silent-{i}", stream: false));
            // Two seconds and no more, until the server is given up; whoever comes after that is told at once.
            took.Should().BeLessThan(TimeSpan.FromSeconds(5.5), "the server is given up after 6 s");
            if (refused >= 5)
                (late, atOnce) = (late + took, atOnce + 1);
            refused += status == HttpStatusCode.ServiceUnavailable ? 1 : 0;
        }
        refused.Should().Be(20, "what it had in reserve is spent, and nothing more");
        late.Should().BeLessThan(TimeSpan.FromSeconds(atOnce * 0.5), "nobody waits 2 s for a server that was given up");

        fleet.Between.Fault = Fault.None;
        await Eventually.TrueAsync(async () => await fleet.AskAsync(0, "back", stream: false) == HttpStatusCode.OK, TimeSpan.FromSeconds(30), static () => "the server to be asked again");
        await fleet.RequireTruthAsync();
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task The_first_requests_of_a_new_key_are_bound_by_its_budget_like_any_others(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, store.Address), store.Environment);
        for (var round = 0; round < 5; round++)
        {
            // 50,000 tokens of $0.15 a million are three quarters of a cent: one request fits.
            var key = await MakeKeyAsync(gateway, $$"""{"name":"new-{{round}}","budgets":[{"limit":0.01,"period":"day"}]}""");
            var script = new Script { Case = $"new-{round}", HeadersMs = 300, CompletionTokens = 7 };

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.Caller(key).ChatAsync(Ask.Chat("fast", script, extra: "\"max_tokens\":50000"))));

            answers.Count(static a => a.Status == HttpStatusCode.OK).Should().Be(1);
            answers.Count(static a => a.Status == HttpStatusCode.TooManyRequests).Should().Be(7);
            upstream.InvoiceOf($"new-{round}").Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_request_costs_what_was_in_force_when_it_was_admitted()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        var app = gateway.Caller(SharedRig.AppKey);
        var running = app.StreamAsync(Ask.Chat("fast", new Script { Case = "before", Chunks = 30, DelayMs = 100, PromptTokens = 100, CompletionTokens = 30 }, stream: true));
        await Eventually.TrueAsync(async () => (await upstream.StatsAsync()).OpenRequests == 1, TimeSpan.FromSeconds(5), static () => "the stream to be under way");

        gateway.WriteConfig(yaml.Replace("up-fast, price: " + PriceList.Yaml, "up-fast, price: " + PriceList.DearYaml, StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => (await gateway.MetricsAsync()).Sum("gateway_config_generation") == 2, TimeSpan.FromSeconds(5), static () => "the new price to be in force");
        (await app.ChatAsync(Ask.Chat("fast", new Script { Case = "after", PromptTokens = 100, CompletionTokens = 30 }))).Status.Should().Be(HttpStatusCode.OK);
        (await running).Done.Should().BeTrue();

        var before = (await gateway.RowsOfAsync("before", 1)).Single();
        var after = (await gateway.RowsOfAsync("after", 1)).Single();
        before.CostNanoUsd.Should().Be(upstream.InvoiceOf("before").Single().NanoUsd);
        after.CostNanoUsd.Should().Be(10 * before.CostNanoUsd, "the same tokens at ten times the price");
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
    }

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> TimedAsync(Func<Task<HttpStatusCode>> ask)
    {
        var watch = Stopwatch.StartNew();
        return (await ask(), watch.Elapsed);
    }

    private static async Task<string> MakeKeyAsync(GatewayProcess gateway, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Manage) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", GatewayProcess.AdminKey);
        using var answer = await gateway.Http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.Created);
        using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return made.RootElement.GetProperty("key").GetString()!;
    }
}
