using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>Many requests at once for a budget that is enough for some of them (M1, M14).</summary>
public sealed class BudgetRaceTests
{
    private const string RaceKey = "sk-canary-race-0000000000000000000000007";
    private const int Callers = 200, Fitting = 37;

    [SkippableTheory]
    [MemberData(nameof(Routes.Bounded), MemberType = typeof(Routes))]
    public async Task Exactly_as_many_requests_get_through_as_the_budget_can_pay_for(StoreKind kind, Route route, bool stream)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var hold = await HoldAsync(route, stream);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, Fitting * hold, store), store.Environment);
        var caller = gateway.Caller(RaceKey);
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(gateway, over.Token);

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => CallAsync(caller, route, stream, Body(route, stream, i, headersMs: 1500))));
        await over.CancelAsync();

        var (samples, most) = await watching;
        samples.Should().BePositive();
        most.Should().BeLessThanOrEqualTo(Fitting * hold, "what is spent and held never exceeds the limit");
        answers.Count(static a => a.Status == HttpStatusCode.OK).Should().Be(Fitting);
        answers.Where(static a => a.Status != HttpStatusCode.OK).Should().OnlyContain(static a => a.Status == HttpStatusCode.TooManyRequests && a.Code == "budget_exceeded");
        (await upstream.StatsAsync()).Requests.Should().Be(Fitting, "a refused request costs nothing");
        var rows = await Eventually.ValueAsync(() => gateway.LedgerAsync(), static r => r.Count >= Fitting, TimeSpan.FromSeconds(5), "the rows");
        rows.Should().HaveCount(Fitting);
        rows.Sum(static r => r.CostNanoUsd).Should().Be(upstream.Invoice.Sum(static l => l.NanoUsd));
        (await gateway.BudgetsAsync()).Should().ContainSingle().Which.Should().Match<BudgetEntry>(b => b.Held == 0 && b.Spent == rows.Sum(static r => r.CostNanoUsd));
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().EndWith("0 differences\n");
    }

    [SkippableTheory]
    [MemberData(nameof(Routes.Bounded), MemberType = typeof(Routes))]
    public async Task No_route_reaches_an_upstream_with_a_budget_that_is_spent(StoreKind kind, Route route, bool stream)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, 1, store), store.Environment);

        var (status, code) = await CallAsync(gateway.Caller(RaceKey), route, stream, Body(route, stream, 0));

        (status, code).Should().Be((HttpStatusCode.TooManyRequests, "budget_exceeded"));
        (await upstream.StatsAsync()).Requests.Should().Be(0);
    }

    /// <summary>Nano-dollars that one of the requests holds while it runs.</summary>
    private static async Task<long> HoldAsync(Route route, bool stream)
    {
        await using var store = await TestStore.StartAsync(StoreKind.Sqlite);
        using var folder = new TempFolder();
        await using var other = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(other, 1_000_000_000_000, store));
        var running = CallAsync(gateway.Caller(RaceKey), route, stream, Body(route, stream, 0, headersMs: 1500));
        var budget = await Eventually.ValueAsync(async () => (await gateway.BudgetsAsync()).Single(), static b => b.Held > 0, TimeSpan.FromSeconds(5), "a hold");
        (await running).Status.Should().Be(HttpStatusCode.OK);
        return budget.Held;
    }

    /// <summary>Bodies of all numbers have the same length, so that they hold the same.</summary>
    private static string Body(Route route, bool stream, int number, int headersMs = 0)
    {
        var script = new Script { Case = string.Create(CultureInfo.InvariantCulture, $"race-{number:000}"), HeadersMs = headersMs, PromptTokens = 20, CompletionTokens = 7 };
        return route.Ask("fast", script, stream, route.Bound(100));
    }

    private static async Task<(HttpStatusCode Status, string? Code)> CallAsync(Caller caller, Route route, bool stream, string body)
    {
        if (stream)
        {
            var streamed = await caller.StreamAsync(body, route.Path());
            return streamed.Status == HttpStatusCode.OK && streamed.Done ? (streamed.Status, null) : (streamed.Status, Code(System.Text.Encoding.UTF8.GetString(streamed.Bytes)));
        }

        var answer = await caller.PostAsync(route.Path(), body);
        return (answer.Status, answer.Status == HttpStatusCode.OK ? null : Code(answer.Text));
    }

    private static string? Code(string error)
    {
        using var document = System.Text.Json.JsonDocument.Parse(error);
        return document.RootElement.GetProperty("error").GetProperty("code").GetString();
    }

    /// <summary>Looks at the budget again and again; the most that was ever spent and held together.</summary>
    private static async Task<(int Samples, long Most)> WatchAsync(GatewayProcess gateway, CancellationToken over)
    {
        var (samples, most) = (0, 0L);
        while (!over.IsCancellationRequested)
        {
            var budget = (await gateway.BudgetsAsync()).Single();
            most = Math.Max(most, budget.Spent + budget.Held);
            samples++;
        }

        return (samples, most);
    }

    private static string Yaml(ScriptedUpstream upstream, long nano, TestStore store) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "{{store.Address}}"
        providers:
          - { name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }
        models:
          - { name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
        keys:
          - { name: race, key: {{RaceKey}}, budgets: [{ limit: {{(nano / 1e9m).ToString(CultureInfo.InvariantCulture)}}, period: total }] }
        """;
}
