using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>Several gateways on one PostgreSQL server have one budget between them (M10, M17, M20).</summary>
[Collection(Alone.Name)]
public sealed class SharedBudgetTests(ITestOutputHelper output)
{
    private const int Gateways = 4;

    private const long Dollar = 1_000_000_000;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_budget_of_one_dollar_is_never_exceeded_by_two_hundred_requests_at_once_on_four_gateways(bool stream)
    {
        await using var fleet = await Fleet.StartAsync(Gateways, "budgets: [{ limit: 1.00, period: month }]");
        using var over = new CancellationTokenSource();
        var watching = fleet.WatchAsync(over.Token);

        // Each holds 4.5 cents, and costs a fifth of that.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => fleet.AskAsync(i % Gateways, $"dollar-{i:000}", stream)));
        await over.CancelAsync();

        (await watching).Should().BeLessThanOrEqualTo(Dollar, "what all have spent and hold never exceeds the limit");
        var spent = fleet.Upstream.Invoice.Sum(static l => l.NanoUsd);
        output.WriteLine($"{answers.Count(static a => a == HttpStatusCode.OK)} of 200 answered, {spent} nano-dollars spent");
        spent.Should().BeInRange(Dollar / 10, Dollar);
        answers.Should().OnlyContain(static a => a == HttpStatusCode.OK || a == HttpStatusCode.TooManyRequests);
        await fleet.RequireTruthAsync();
    }

    [SkippableFact]
    public async Task A_killed_gateway_costs_no_cent_and_what_it_held_comes_back_with_it()
    {
        await using var fleet = await Fleet.StartAsync(Gateways, "budgets: [{ limit: 40.00, period: month }], limits: { concurrency: 64 }");
        var acknowledged = new ConcurrentDictionary<string, byte>();
        for (var round = 0; round < 3; round++)
        {
            var until = DateTime.UtcNow + TimeSpan.FromSeconds(2);
            var name = $"kill-{round}";
            var load = Enumerable.Range(0, Gateways * 4).Select(w => LoadAsync(fleet, w % Gateways, $"{name}-{w}", until, acknowledged)).ToArray();
            await Eventually.TrueAsync(() => acknowledged.Keys.Any(k => k.StartsWith(name, StringComparison.Ordinal)), TimeSpan.FromSeconds(10), static () => "load on all");
            await fleet[round].KillAsync();
            await Task.WhenAll(load);
            await fleet[round].StartAsync();
        }

        var rows = await fleet.RequireTruthAsync();
        var invoice = fleet.Upstream.Invoice.ToDictionary(static l => l.Case);
        foreach (var name in acknowledged.Keys)
            rows.Single(r => r.User == name).CostNanoUsd.Should().Be(invoice[name].NanoUsd, name);
        output.WriteLine($"{acknowledged.Count} answers, {rows.Count} rows, {rows.Count(static r => r.UsageSource == "in_doubt")} in doubt");
    }

    [SkippableFact]
    public async Task Places_of_a_killed_gateway_come_back_within_their_time()
    {
        await using var fleet = await Fleet.StartAsync(2, "limits: { concurrency: 3 }");
        var stalled = Enumerable.Range(0, 3).Select(i => fleet[0].Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Case = $"stalled-{i}", Stall = Stall.Headers }))).ToArray();
        await Eventually.TrueAsync(async () => (await fleet.Upstream.StatsAsync()).Requests == 3, TimeSpan.FromSeconds(10), static () => "three requests under way");
        (await fleet.AskAsync(1, "refused", stream: false)).Should().Be(HttpStatusCode.TooManyRequests);

        await fleet[0].KillAsync();

        await Eventually.TrueAsync(async () => await fleet.AskAsync(1, "again", stream: false) == HttpStatusCode.OK, TimeSpan.FromSeconds(20), static () => "a place: 15 s after the other was last heard of");
        await Task.WhenAll(stalled.Select(static async s => await Assert.ThrowsAnyAsync<Exception>(() => s)));
    }

    [SkippableFact]
    public async Task What_a_gateway_that_never_comes_back_had_and_did_not_spend_can_be_given_back()
    {
        await using var fleet = await Fleet.StartAsync(2, "budgets: [{ limit: 0.50, period: month }]");
        var stalled = fleet[0].Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Case = "stalled", Stall = Stall.Headers }, extra: "\"max_tokens\":3000000"));
        await Eventually.TrueAsync(async () => (await fleet.Upstream.StatsAsync()).Requests == 1, TimeSpan.FromSeconds(10), static () => "a request that holds 45 of 50 cents");
        await fleet[0].KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => stalled);
        (await fleet.AskAsync(1, "no", stream: false, maxTokens: 3_000_000)).Should().Be(HttpStatusCode.TooManyRequests);
        var dead = await fleet.OtherThanAsync(1);
        (await fleet.ForgetAsync(1, dead)).Should().Be(HttpStatusCode.Conflict, "it was heard of a moment ago");

        await Eventually.TrueAsync(async () => await fleet.ForgetAsync(1, dead) == HttpStatusCode.NoContent, TimeSpan.FromSeconds(25), static () => "its death");

        (await fleet.AskAsync(1, "yes", stream: false, maxTokens: 3_000_000)).Should().Be(HttpStatusCode.OK);
        (await fleet[1].AdminAsync("/admin/v1/audit?kind=instance")).Should().Contain("instance.forget").And.Contain(dead);
    }

    [SkippableFact]
    public async Task Requests_a_minute_are_those_of_all_gateways()
    {
        await using var fleet = await Fleet.StartAsync(2, "limits: { rpm: 20 }");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => fleet.AskAsync(i % 2, $"rpm-{i:00}", stream: false)));

        answers.Count(static a => a == HttpStatusCode.OK).Should().BeInRange(18, 20);
        (await fleet.Upstream.StatsAsync()).Requests.Should().Be(answers.Count(static a => a == HttpStatusCode.OK));
    }

    [SkippableFact]
    public async Task With_the_store_away_a_gateway_spends_what_it_has_and_then_says_why_it_stops()
    {
        await using var fleet = await Fleet.StartAsync(1, "budgets: [{ limit: 1000.00, period: month }]");
        for (var i = 0; i < 20; i++)
            (await fleet.AskAsync(0, $"warm-{i}", stream: false)).Should().Be(HttpStatusCode.OK);

        await fleet.Server.KillAsync();
        HttpStatusCode status;
        var (went, asked) = (0, 0);
        while ((status = await fleet.AskAsync(0, $"away-{asked++}", stream: false)) == HttpStatusCode.OK && asked < 5000)
            went++;

        status.Should().Be(HttpStatusCode.ServiceUnavailable);
        output.WriteLine($"{went} requests went on");
        went.Should().BePositive("it had some in reserve");
        await fleet.Server.StartAgainAsync();
        await Eventually.TrueAsync(async () => await fleet.AskAsync(0, $"back-{asked++}", stream: false) == HttpStatusCode.OK, TimeSpan.FromSeconds(30), static () => "the store to be asked again");
        await fleet.RequireTruthAsync();
    }

    [SkippableFact]
    public async Task A_model_that_rejects_without_the_store_answers_nothing_while_it_is_away()
    {
        await using var fleet = await Fleet.StartAsync(1, "budgets: [{ limit: 1000.00, period: month }]", "on_store_failure: reject");
        (await fleet.AskAsync(0, "before", stream: false)).Should().Be(HttpStatusCode.OK);
        await fleet.Server.KillAsync();

        await Eventually.TrueAsync(async () => await fleet.AskAsync(0, "away", stream: false) == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10), static () => "503 while the store is away");
        var requests = (await fleet.Upstream.StatsAsync()).Requests;
        for (var i = 0; i < 5; i++)
            (await fleet.AskAsync(0, "away", stream: false)).Should().Be(HttpStatusCode.ServiceUnavailable);

        (await fleet.Upstream.StatsAsync()).Requests.Should().Be(requests, "nothing is sent that may not be recorded");
    }

    private static async Task LoadAsync(Fleet fleet, int gateway, string name, DateTime until, ConcurrentDictionary<string, byte> acknowledged)
    {
        for (var i = 0; DateTime.UtcNow < until; i++)
        {
            try
            {
                if (await fleet.AskAsync(gateway, $"{name}-{i}", stream: i % 2 == 0) == HttpStatusCode.OK)
                    acknowledged.TryAdd($"{name}-{i}", 0);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return;   // it was killed
            }
        }
    }

    private sealed class Fleet : IAsyncDisposable
    {
        private readonly List<(GatewayProcess Process, TempFolder Folder)> _gateways = [];
        private readonly TempFolder _folder = new();
        private ScriptedUpstream? _upstream;

        private Fleet(PostgresServer server) => Server = server;

        public PostgresServer Server { get; }

        public ScriptedUpstream Upstream => _upstream!;

        public GatewayProcess this[int index] => _gateways[index].Process;

        public static async Task<Fleet> StartAsync(int count, string limits, string model = "")
        {
            Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
            var fleet = new Fleet(await PostgresServer.StartAsync(durable: true));
            var database = await fleet.Server.EmptyDatabaseAsync("gateway_test_fleet");
            fleet._upstream = await ScriptedUpstream.StartAsync(fleet._folder);
            var environment = new Dictionary<string, string?> { ["POSTGRES_PASSWORD"] = Uri.EscapeDataString(PostgresServer.Password) };
            foreach (var folder in Enumerable.Range(0, count).Select(static _ => new TempFolder()))
                fleet._gateways.Add((await GatewayProcess.StartAsync(folder, Yaml(database, fleet.Upstream.Address, limits, model), environment), folder));
            return fleet;
        }

        public async Task<HttpStatusCode> AskAsync(int gateway, string name, bool stream, int maxTokens = 300_000)
        {
            var body = Ask.Chat("fast", new Script { Case = name, PromptTokens = 500, CompletionTokens = 60_000 }, stream, $"\"max_tokens\":{maxTokens}");
            var caller = this[gateway].Caller(SharedRig.AppKey);
            if (!stream)
                return (await caller.ChatAsync(body)).Status;
            var answer = await caller.StreamAsync(body);
            return answer.Status == HttpStatusCode.OK && !answer.Done ? throw new IOException("cut") : answer.Status;
        }

        /// <summary>The id of the gateway that does not answer here.</summary>
        public async Task<string> OtherThanAsync(int gateway)
        {
            using var list = System.Text.Json.JsonDocument.Parse(await this[gateway].AdminAsync("/admin/v1/instances"));
            return list.RootElement.GetProperty("data").EnumerateArray().Single(static i => !i.GetProperty("self").GetBoolean()).GetProperty("id").GetString()!;
        }

        public async Task<HttpStatusCode> ForgetAsync(int gateway, string id)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"{this[gateway].Address}/admin/v1/instances/{id}");
            request.Headers.Authorization = new("Bearer", GatewayProcess.AdminKey);
            using var answer = await this[gateway].Http.SendAsync(request);
            return answer.StatusCode;
        }

        /// <summary>The most that was ever spent and held of the budget, looked at from all sides.</summary>
        public async Task<long> WatchAsync(CancellationToken over)
        {
            var most = 0L;
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var budget = (await this[i % _gateways.Count].BudgetsAsync()).Single();
                most = Math.Max(most, budget.Spent + budget.Held);
            }
            return most;
        }

        /// <summary>At rest every gateway sees the same: what is spent is the sum of the rows, nothing is held, and the rows are priced as the upstream billed them.</summary>
        public async Task<IReadOnlyList<LedgerEntry>> RequireTruthAsync()
        {
            var invoice = Upstream.Invoice.Select(static l => l.Case).ToHashSet();
            var rows = await Eventually.ValueAsync(() => this[0].LedgerAsync(), r => invoice.IsSubsetOf(r.Select(static x => x.User!)), TimeSpan.FromSeconds(20), "a row of each attempt");
            rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
            var spent = rows.Sum(static r => r.CostNanoUsd);
            foreach (var (gateway, _) in _gateways)
            {
                var budget = await Eventually.ValueAsync(
                    async () => (await gateway.BudgetsAsync()).Single(), b => b.Held == 0 && b.Spent == spent, TimeSpan.FromSeconds(60), $"{spent} spent and nothing held");
                budget.Spent.Should().BeLessThanOrEqualTo(budget.Limit);
            }
            var (code, audit) = await this[0].AuditAsync();
            code.Should().Be(0, audit);
            audit.Should().EndWith("0 differences\n");
            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (process, folder) in _gateways)
            {
                await process.DisposeAsync();
                folder.Dispose();
            }
            if (_upstream is not null)
                await _upstream.DisposeAsync();
            await Server.DisposeAsync();
            _folder.Dispose();
        }

        private static string Yaml(PostgresAddress database, string upstream, string limits, string model) => $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: "postgres://gateway:${POSTGRES_PASSWORD}@127.0.0.1:{{database.Port.ToString(CultureInfo.InvariantCulture)}}/{{database.Database}}"
            providers:
              - { name: up, kind: openai-compatible, base_url: "{{upstream}}/v1", api_key: {{SharedRig.ProviderKey}} }
            models:
              - { name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }]{{(model.Length == 0 ? "" : ", " + model)}} }
            keys:
              - { name: app, key: {{SharedRig.AppKey}}, {{limits}} }
            """;
    }
}
