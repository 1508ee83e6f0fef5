using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>The promise this gateway is built on: its ledger is the upstream's invoice, to the nano-dollar.</summary>
public sealed class InvoiceTests(ITestOutputHelper output)
{
    private const int AtATime = 32;

    /// <summary>GATEWAY_MIXED=100000 is M16; .ci/run has no time for it.</summary>
    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_MIXED") ?? "2000", System.Globalization.CultureInfo.InvariantCulture);

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task After_2000_mixed_requests_the_ledger_equals_the_invoice_and_nothing_is_held(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var seed = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_SEED") ?? Environment.TickCount.ToString(System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"GATEWAY_SEED={seed}");
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, store.Address) + "\nbudgets: [{ limit: 2000.00, period: month }]\n", store.Environment);
        var app = gateway.Caller(SharedRig.AppKey);
        var random = new Random(seed);
        var work = new ConcurrentQueue<(int Number, int Kind, int Prompt, int Cached, int Pieces)>(Enumerable.Range(0, Requests).Select(i =>
        {
            var prompt = random.Next(1, 5000);
            return (i, random.Next(10), prompt, random.Next(0, prompt), random.Next(1, 20));
        }));

        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            while (work.TryDequeue(out var one))
                await OneAsync(app, one.Kind, new Script { Case = $"mixed-{one.Number}", PromptTokens = one.Prompt, CachedTokens = one.Cached, Chunks = one.Pieces });
        }));

        // The upstream may learn a moment after us that a client has left.
        await Eventually.TrueAsync(async () => (await upstream.StatsAsync()).OpenRequests == 0, TimeSpan.FromSeconds(5), () => "the upstream to close its books");
        var invoice = upstream.Invoice;
        var rows = await Eventually.ValueAsync(() => gateway.LedgerAsync(), r => r.Count >= invoice.Count, TimeSpan.FromSeconds(20), $"{invoice.Count} rows (seed {seed})");
        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
        var billed = invoice.GroupBy(static l => l.Case).ToDictionary(static g => g.Key, static g => string.Join(' ', g.Select(static l => $"{l.Model}={l.NanoUsd}").Order()));
        var booked = rows.GroupBy(static r => r.User!).ToDictionary(static g => g.Key, static g => string.Join(' ', g.Select(static r => $"{r.TargetModel}={r.CostNanoUsd}").Order()));
        booked.Should().BeEquivalentTo(billed, $"each dispatched attempt is one row at the upstream's price (seed {seed})");
        rows.Sum(static r => r.CostNanoUsd).Should().Be(invoice.Sum(static l => l.NanoUsd));
        invoice.Sum(static l => l.NanoUsd).Should().BePositive();
        await NothingIsHeldAsync(gateway, rows.Sum(static r => r.CostNanoUsd));
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().EndWith("0 differences\n");
        output.WriteLine($"{rows.Count} rows, {rows.Sum(static r => r.CostNanoUsd)} nano-dollars, by source: {string.Join(", ", rows.GroupBy(static r => r.UsageSource).Select(static g => $"{g.Key} {g.Count()}"))}");
    }

    private static async Task OneAsync(Caller app, int kind, Script script)
    {
        switch (kind)
        {
            case <= 2:
                (await app.ChatAsync(Ask.Chat("fast", script))).Status.Should().Be(System.Net.HttpStatusCode.OK);
                break;
            case 3 or 4:
                (await app.StreamAsync(Ask.Chat("fast", script, stream: true, Ask.WithUsage))).Done.Should().BeTrue();
                break;
            case 5 or 6:
                (await app.StreamAsync(Ask.Chat("dear", script, stream: true))).Done.Should().BeTrue();
                break;
            case 7:
                await AbortAsync(app, script with { Usage = UsageShape.Every, Stall = Stall.Middle, After = script.Chunks!.Value });
                break;
            case 8:
                ((int)(await app.ChatAsync(Ask.Chat("fast", script with { Status = 500 }))).Status).Should().Be(502);
                break;
            default:
                var directive = new Directive { Script = script, Models = new() { ["first"] = new Script { Case = script.Case, Status = 503 } } };
                (await app.ChatAsync(Ask.Chat("chain", directive, script.Case!))).Header("x-gateway-target").Should().Be("up/second-dear");
                break;
        }
    }

    /// <summary>Reads all pieces the upstream will ever send, then leaves.</summary>
    private static async Task AbortAsync(Caller app, Script script)
    {
        using var response = await app.OpenAsync(Ask.Chat("fast", script, stream: true));
        await using var body = await response.Content.ReadAsStreamAsync();
        (await SseReading.EventsAsync(body, script.After)).Should().HaveCount(script.After);
    }

    private static async Task NothingIsHeldAsync(GatewayProcess gateway, long nano)
    {
        var metrics = await Eventually.ValueAsync(
            gateway.MetricsAsync, static m => m.Sum("gateway_requests_in_flight") == 0 && m.Sum("gateway_budget_held_usd") == 0, TimeSpan.FromSeconds(5), "nothing in flight and nothing held");
        metrics.Has("gateway_budget_held_usd").Should().BeTrue();
        metrics.Sum("gateway_budget_spent_usd", ("owner_kind", "gateway")).Should().BeApproximately(nano / 1e9, 1e-9);
        metrics.Sum("gateway_cost_usd_total").Should().BeApproximately(nano / 1e9, 1e-9);
        metrics.Sum("gateway_ledger_dropped_total").Should().Be(0);
        using var usage = JsonDocument.Parse(await gateway.AdminAsync("/admin/v1/usage?group_by=key"));
        usage.RootElement.GetProperty("data").EnumerateArray().Sum(static g => g.GetProperty("cost_nano_usd").GetInt64()).Should().Be(nano);
    }
}
