using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary>SIGTERM with streams under way and rows that are not in the store (reliability R5, M9): readiness turns at once, running streams end as they should, and every row is the upstream's bill.</summary>
[Collection(Alone.Name)]
public sealed class ShutdownTests
{
    private const int First = 2, Streams = 50, Queued = 40;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // More than all of them can cost: nothing is refused here.
    private static readonly long s_limit = 4 * (Streams + Queued) * BoundGateway.Price;

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task On_SIGTERM_readiness_turns_streams_finish_and_every_row_is_in_the_store_when_the_process_exits_with_0(StoreKind kind)
    {
        await using var bound = await BoundGateway.StartAsync(kind, s_limit, "drain: 30s, pre_stop_delay: 8s");
        var gateway = await StartedAsync(bound);
        Task<HttpStatusCode[]> running;
        await using (await bound.HoldRowsBackAsync())
        {
            await bound.AskAllAsync("queued", Queued);
            running = Task.WhenAll(Enumerable.Range(0, Streams).Select(i => bound.AskAsync($"drain-{i}", stream: true, new() { Chunks = 20, DelayMs = 100 })));
            await Eventually.TrueAsync(async () => (await bound.Upstream.StatsAsync()).OpenRequests == Streams, Soon, static () => "all streams to be under way");
            (await bound.QueuedRowsAsync()).Should().BeGreaterThanOrEqualTo(Queued);

            gateway.Terminate();

            await Eventually.TrueAsync(
                async () => await gateway.StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5), static () => "readiness to turn 503 while the listener is open");
            (await gateway.StatusAsync("/health/live")).Should().Be(HttpStatusCode.OK);
            (await bound.AskAsync("late")).Should().Be(HttpStatusCode.OK, "until the listener closes requests are served");
        }
        (await running).Should().HaveCount(Streams).And.OnlyContain(static s => s == HttpStatusCode.OK);
        (await gateway.ExitCodeAsync(Soon)).Should().Be(0);
        (await bound.StoredRowsAsync()).Should().Be(First + Queued + Streams + 1, "nothing is left for the next start");

        await gateway.StartAsync();
        gateway.Output.Should().NotContain("rows of a former process imported");
        await bound.RequireBillAsync(First + Queued + Streams + 1, "exact");
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite, false)]
    [InlineData(StoreKind.Sqlite, true)]
    [InlineData(StoreKind.Postgres, false)]
    [InlineData(StoreKind.Postgres, true)]
    public async Task What_is_not_done_at_the_deadline_is_told_so_and_settled_at_its_price_also_where_the_store_takes_no_row(StoreKind kind, bool away)
    {
        await using var bound = await BoundGateway.StartAsync(kind, s_limit, "drain: 1s");
        var gateway = await StartedAsync(bound);
        Task<StreamedAnswer>[] running;
        await using (away ? await bound.HoldRowsBackAsync(Fate.Hold) : null)
        {
            await bound.AskAllAsync("queued", Queued);
            running = [.. Enumerable.Range(0, Streams).Select(i => bound.App.StreamAsync(BoundGateway.Body(new() { Case = $"late-{i}", Chunks = 9, After = 3, Stall = Stall.Middle, Usage = UsageShape.Every }, stream: true)))];
            await Eventually.TrueAsync(async () => (await bound.Upstream.StatsAsync()).Held == Streams, Soon, static () => "all streams to be under way");
            await Eventually.TrueAsync(() => TcpTable.UnreadFrom(bound.Upstream.Port) == 0, Soon, static () => "the gateway to have read what there is");

            var watch = Stopwatch.StartNew();
            gateway.Terminate();

            (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
            // A store that takes nothing is asked for three seconds more; a server that says nothing is waited for once, which is as long.
            watch.ElapsedMilliseconds.Should().BeInRange(900, away ? 12_000 : 5000);
        }
        (await Task.WhenAll(running)).Should().HaveCount(Streams).And.OnlyContain(static s => !s.Done && s.Content == "tok0 tok1 tok2 " && s.Errors.Count == 1);
        if (away)
            gateway.Output.Should().Contain("rows stay in the journal");
        else
            (await bound.StoredRowsAsync()).Should().Be(First + Queued + Streams, "nothing is left for the next start");

        await gateway.StartAsync();
        await bound.RequireBillAsync(First + Queued + Streams, "partial");
    }

    /// <summary>However often it failed before, a store gets its three seconds from SIGTERM on.</summary>
    [Fact]
    public async Task A_store_that_comes_back_a_moment_after_SIGTERM_gets_every_row()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, s_limit, "drain: 10s");
        var gateway = await StartedAsync(bound);
        await using (await bound.HoldRowsBackAsync())
        {
            await bound.AskAllAsync("queued", Queued);
            await Eventually.TrueAsync(() => gateway.Output.Split('\n').Count(static l => l.Contains("is locked by another process", StringComparison.Ordinal)) >= 3, TimeSpan.FromSeconds(30), static () => "a store that has failed eight times or more");
            gateway.Terminate();
            await Eventually.TrueAsync(async () => await gateway.StatusAsync("/health/live") is null, TimeSpan.FromSeconds(10), static () => "the listener to be closed: the ledger stops next");
        }

        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
        (await bound.StoredRowsAsync()).Should().Be(First + Queued);
    }

    /// <summary>Load balancers still send requests: a key that was blocked elsewhere is blocked here too.</summary>
    [SkippableFact]
    public async Task A_key_that_is_blocked_while_a_gateway_waits_to_stop_is_refused_there()
    {
        await using var fleet = await Fleet.StartAsync(2, "limits: { rpm: 1000 }", server: "pre_stop_delay: 20s");
        var made = await fleet[1].Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/keys", """{"name":"leaked"}""");
        using var json = System.Text.Json.JsonDocument.Parse(made.Text);
        var leaked = fleet[0].Caller(json.RootElement.GetProperty("key").GetString()!);
        var body = Ask.Chat("fast", new Script { Case = "leaked" });
        await Eventually.TrueAsync(async () => (await leaked.ChatAsync(body)).Status == HttpStatusCode.OK, Soon, static () => "the key to be known");
        fleet[0].Terminate();
        await Eventually.TrueAsync(async () => await fleet[0].StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable, Soon, static () => "503");

        (await fleet[1].Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/keys/leaked/block", "")).Status.Should().Be(HttpStatusCode.OK);

        await Eventually.TrueAsync(async () => (await leaked.ChatAsync(body)).Status == HttpStatusCode.Forbidden, Soon, static () => "403 from the one that waits");
    }

    /// <summary>The store has rows, and with them the price.</summary>
    private static async Task<GatewayProcess> StartedAsync(BoundGateway bound)
    {
        await bound.AskAllAsync("first", First);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(First);
        return bound.Gateway;
    }
}
