using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>Several gateways on one PostgreSQL server have one budget between them (M10, M17, M20).</summary>
public sealed class SharedBudgetTests(ITestOutputHelper output)
{
    private const int Gateways = 4;

    private const long Dollar = 1_000_000_000;

    /// <summary>The most a request of the fleet's can cost, in nano-dollars: 300,000 tokens of an answer, and a prompt that is no more than some hundred bytes.</summary>
    private const long Hold = 46_000_000;

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
        answers = [.. answers, .. await SpendRestAsync(fleet)];
        await over.CancelAsync();

        (await watching).Should().BeLessThanOrEqualTo(Dollar, "what all have spent and hold never exceeds the limit");
        var spent = fleet.Upstream.Invoice.Sum(static l => l.NanoUsd);
        output.WriteLine($"{answers.Count(static a => a == HttpStatusCode.OK)} of {answers.Length} answered, {spent} nano-dollars spent");
        spent.Should().BeInRange(Dollar - (Gateways * Hold), Dollar, "no more is left than what each may keep that is too little for a request");
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
        (await fleet.ForgetAsync(1, dead, "?unspent=release")).Should().Be(HttpStatusCode.Conflict, "it was heard of a moment ago");

        await Eventually.TrueAsync(async () => await fleet.ForgetAsync(1, dead, "?unspent=release") == HttpStatusCode.NoContent, TimeSpan.FromSeconds(25), static () => "its death");

        (await fleet.AskAsync(1, "yes", stream: false, maxTokens: 3_000_000)).Should().Be(HttpStatusCode.OK);
        (await fleet[1].AdminAsync("/admin/v1/audit?kind=instance")).Should().Contain("instance.forget").And.Contain(dead);
    }

    [SkippableFact]
    public async Task What_a_killed_gateway_held_comes_back_within_its_time_where_the_configuration_says_so()
    {
        await using var fleet = await Fleet.StartAsync(2, "budgets: [{ limit: 0.50, period: month }]", root: "ledger: { in_doubt: release, in_doubt_after: 20s }");
        await fleet.AskAsync(0, "spent", stream: false);
        (await fleet[0].LedgerAsync()).Should().ContainSingle("what only its journal has is lost with it");
        var stalled = fleet[0].Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Case = "stalled", Stall = Stall.Headers }, extra: "\"max_tokens\":3000000"));
        await Eventually.TrueAsync(async () => (await fleet.Upstream.StatsAsync()).Requests == 2, TimeSpan.FromSeconds(10), static () => "a request that holds 45 of 50 cents");
        await fleet[0].KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => stalled);
        (await fleet.AskAsync(1, "no", stream: false, maxTokens: 3_000_000)).Should().Be(HttpStatusCode.TooManyRequests);

        await Eventually.TrueAsync(async () => (await fleet[1].BudgetsAsync()).Single().Held == 0, TimeSpan.FromSeconds(75), static () => "what it held: 20 s and 15 s more after it was last heard of, looked for every 15 s");

        (await fleet[1].BudgetsAsync()).Single().Spent.Should().Be((await fleet[1].LedgerAsync()).Single().CostNanoUsd);
        (await fleet.AskAsync(1, "yes", stream: false, maxTokens: 3_000_000)).Should().Be(HttpStatusCode.OK);
        await Eventually.TrueAsync(() => fleet[1].Output.Contains("are free again (ledger.in_doubt: release)", StringComparison.Ordinal), TimeSpan.FromSeconds(5), static () => "the log to say whose it was");
    }

    [SkippableFact]
    public async Task Of_two_who_forget_a_gateway_in_two_ways_the_audit_names_the_one_who_did()
    {
        await using var fleet = await Fleet.StartAsync(2, "budgets: [{ limit: 500.00, period: month }]");
        for (var i = 0; i < 5; i++) await fleet.AskAsync(1, $"last-{i}", stream: false);
        await fleet[1].KillAsync();
        await Eventually.TrueAsync(async () => (await fleet.OthersThanAsync(0)).Single() is { IsAlive: false }, TimeSpan.FromSeconds(30), static () => "its death");
        var id = await fleet.OtherThanAsync(0);

        string[] ways = ["keep", "release", "keep", "release", "keep", "release"];
        var answers = await Task.WhenAll(ways.Select(w => fleet.ForgetAsync(0, id, "?unspent=" + w)));

        answers.Should().ContainSingle(static a => a == HttpStatusCode.NoContent).And.OnlyContain(static a => a == HttpStatusCode.NoContent || a == HttpStatusCode.Conflict || a == HttpStatusCode.NotFound);
        var audit = await fleet[0].AdminAsync("/admin/v1/audit?kind=instance");
        audit.Should().Contain("instance.forget").And.Contain($"\"unspent\":\"{ways[Array.IndexOf(answers, HttpStatusCode.NoContent)]}\"");
        audit.Split("instance.forget").Should().HaveCount(2, "nobody else did anything");
    }

    /// <summary>Every gateway spends a piece and dies before it can say so: what they spent is not given to the one that stays.</summary>
    [SkippableFact]
    public async Task What_killed_gateways_spent_in_their_last_moment_is_not_given_back()
    {
        const int dead = 4;
        await using var fleet = await Fleet.StartAsync(dead + 1, "budgets: [{ limit: 0.10, period: month }]");
        for (var i = 1; i <= dead; i++)
        {
            var written = i;
            (await fleet.AskAsync(i, $"last-{i}", stream: false, maxTokens: 60_000)).Should().Be(HttpStatusCode.OK);
            await Eventually.TrueAsync(async () => (await fleet[0].LedgerAsync()).Count == written, TimeSpan.FromSeconds(10), static () => "its row");
            await fleet[i].KillAsync();
        }

        await Eventually.TrueAsync(async () => (await fleet.OthersThanAsync(0)).All(static o => !o.IsAlive), TimeSpan.FromSeconds(30), static () => "their death");
        var conflicts = 0;
        foreach (var (id, _) in await fleet.OthersThanAsync(0))
        {
            (await fleet.ForgetAsync(0, id, "?unspent=everything")).Should().Be(HttpStatusCode.BadRequest);
            // A conflict where it had some that it had not said is spent.
            var asked = await fleet.ForgetAsync(0, id);
            asked.Should().BeOneOf(HttpStatusCode.NoContent, HttpStatusCode.Conflict);
            if (asked == HttpStatusCode.Conflict) conflicts++;
            (await fleet.ForgetAsync(0, id, "?unspent=release")).Should().BeOneOf(HttpStatusCode.NoContent, HttpStatusCode.NotFound);
        }

        conflicts.Should().BePositive("one at least died before it had said what it spent: else this shows nothing");
        (await fleet.OthersThanAsync(0)).Should().BeEmpty();
        for (var i = 0; i < 20; i++) await fleet.AskAsync(0, $"rest-{i}", stream: false, maxTokens: 60_000);

        (await fleet.RequireTruthAsync()).Sum(static r => r.CostNanoUsd).Should().BeInRange(90_000_000, 100_000_000, "an attempt costs just over 9,000,000");
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

    /// <summary>One after the other on all gateways, until none of them admits anything for as long as a share takes to come back.</summary>
    private static async Task<IReadOnlyList<HttpStatusCode>> SpendRestAsync(Fleet fleet)
    {
        var answers = new List<HttpStatusCode>();
        for (var last = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(last) < TimeSpan.FromSeconds(2);)
        {
            for (var i = 0; i < Gateways; i++)
            {
                answers.Add(await fleet.AskAsync(i, $"rest-{answers.Count:000}", stream: false));
                if (answers[^1] == HttpStatusCode.OK)
                    last = Stopwatch.GetTimestamp();
            }
        }
        return answers;
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
}
