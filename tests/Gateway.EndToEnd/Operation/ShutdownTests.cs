using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary>SIGTERM (reliability R5, M9): readiness turns at once, running streams end as they should, and nothing is lost.</summary>
public sealed class ShutdownTests
{
    private const int Streams = 50;

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task On_SIGTERM_readiness_turns_streams_finish_and_the_process_exits_with_0(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, "drain: 30s, pre_stop_delay: 1s", store), store.Environment);
        var name = Ask.NewCase("drain");
        var app = gateway.Caller(SharedRig.AppKey);
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 20, DelayMs = 100 }, stream: true);
        var running = Enumerable.Range(0, Streams).Select(_ => app.StreamAsync(body)).ToArray();
        await Eventually.TrueAsync(async () => (await upstream.StatsAsync()).OpenRequests == Streams, TimeSpan.FromSeconds(10), () => "all streams to be under way");

        gateway.Terminate();

        await Eventually.TrueAsync(
            async () => await gateway.StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable, TimeSpan.FromMilliseconds(500), () => "readiness to turn 503 while the listener is open");
        (await gateway.StatusAsync("/health/live")).Should().Be(HttpStatusCode.OK);
        (await app.ChatAsync(Ask.Chat("fast", new Script { Case = name }))).Status.Should().Be(HttpStatusCode.OK, "until the listener closes requests are served");
        var streams = await Task.WhenAll(running);
        streams.Should().OnlyContain(static s => s.Done && s.Broken == null);
        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(10))).Should().Be(0);

        await gateway.StartAsync();
        var rows = await gateway.RowsOfAsync(name, Streams + 1);
        rows.Should().HaveCount(Streams + 1);
        rows.Sum(static r => r.CostNanoUsd).Should().Be(upstream.Invoice.Sum(static l => l.NanoUsd));
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task What_is_not_done_at_the_deadline_is_told_so_and_settled(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, "drain: 1s", store), store.Environment);
        var name = Ask.NewCase("deadline");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 9, After = 3, Stall = Stall.Middle, Usage = UsageShape.Every }, stream: true);
        var running = Enumerable.Range(0, Streams).Select(_ => gateway.Caller(SharedRig.AppKey).StreamAsync(body)).ToArray();
        await Eventually.TrueAsync(async () => (await upstream.StatsAsync()).OpenRequests == Streams, TimeSpan.FromSeconds(10), () => "all streams to be under way");

        var watch = Stopwatch.StartNew();
        gateway.Terminate();

        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(10))).Should().Be(0);
        watch.ElapsedMilliseconds.Should().BeInRange(900, 5000);
        var streams = await Task.WhenAll(running);
        streams.Should().OnlyContain(static s => !s.Done);
        await gateway.StartAsync();
        (await gateway.RowsOfAsync(name, Streams)).Should().HaveCount(Streams).And.OnlyContain(static r => r.CostNanoUsd > 0);
    }

    private static string Yaml(ScriptedUpstream upstream, string server, TestStore store) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000, {{server}} }
        store: "{{store.Address}}"
        providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: x }]
        models: [{ name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
