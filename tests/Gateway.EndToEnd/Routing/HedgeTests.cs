using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Routing;

/// <summary>Requests that are kept waiting are sent a second time: the first answer wins, both attempts are paid and closed, and there are never more of them than the budget says.</summary>
public sealed class HedgeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Price = "price: { input: 1000, output: 2000 }";

    /// <summary>A slow answer's first byte; far from what a busy machine takes for a fast one.</summary>
    private const int SlowMs = 1500;

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync($$"""
          - { name: once, targets: [{ provider: up, model: alone, {{Price}} }] }
          - { name: twice, hedge: {}, targets: [{ provider: up, model: watched, {{Price}} }] }
          - { name: pair, hedge: { min_delay: 150ms, budget: 0.5 }, strategy: ordered, retries: 0, targets: [{ provider: up, model: first, {{Price}} }, { provider: up, model: second, {{Price}} }] }
          - { name: drained, on_disconnect: drain, hedge: { min_delay: 100ms, budget: 0.5 }, targets: [{ provider: up, model: bulk, {{Price}} }] }
          - { name: full, hedge: { min_delay: 100ms, budget: 0.5 }, targets: [{ provider: up, model: narrow, concurrency: 1, {{Price}} }] }
        """, "breaker: { enabled: false }\nkeepalive: 100ms");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Where_three_of_a_hundred_hang_p99_is_less_than_half_for_a_twentieth_more_attempts()
    {
        const int Requests = 600;
        await WarmUpAsync("twice", 100);

        var without = await TimesAsync("once", Requests);
        var with = await TimesAsync("twice", Requests);

        var attempts = (await _rig.Upstream.StatsAsync()).ByModel["watched"] - 100;
        output.WriteLine($"p99 {without[Requests * 99 / 100].TotalMilliseconds:0} ms without, {with[Requests * 99 / 100].TotalMilliseconds:0} ms with hedging; p50 {without[Requests / 2].TotalMilliseconds:0.0} and {with[Requests / 2].TotalMilliseconds:0.0} ms; {100.0 * (attempts - Requests) / Requests:0.0} % more attempts");
        with[Requests * 99 / 100].Should().BeLessThan(without[Requests * 99 / 100] / 2);
        attempts.Should().BeInRange(Requests + 9, (long)((Requests + 100) * 1.05));
        (await _rig.Gateway.MetricsAsync()).Sum("gateway_hedges_total", ("model", "twice"), ("result", "won")).Should().BeGreaterThan(8);
    }

    [Fact]
    public async Task Where_every_answer_hangs_a_twentieth_is_asked_for_twice_and_no_more()
    {
        const int Requests = 100;
        await WarmUpAsync("twice", 100);

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (_, _) =>
            (await _rig.App.StreamAsync(Ask.Chat("twice", new Script { Case = Ask.NewCase("outage"), FirstMs = SlowMs }, stream: true))).Done.Should().BeTrue());

        ((await _rig.Upstream.StatsAsync()).ByModel["watched"] - 100 - Requests).Should().BeInRange(1, (Requests + 100) / 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_answer_wins_and_the_other_attempt_is_stopped_and_paid(bool stream)
    {
        await WarmUpAsync("pair", 25, stream);
        var name = Ask.NewCase("won");
        var since = Stopwatch.StartNew();

        var content = stream
            ? (await _rig.App.StreamAsync(Ask.Chat("pair", Slowly(name), name, stream: true))).Content
            : (await _rig.App.ChatAsync(Ask.Chat("pair", Slowly(name), name))).Content;

        content.Should().Be("the answer");
        since.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10), "the other one is not waited for, whose first_byte is 15 s");
        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().HaveCount(2).And.ContainSingle(static r => r.TargetModel == "second" && r.Status == 200 && r.CostNanoUsd > 0);
        rows.Should().ContainSingle(static r => r.TargetModel == "first" && r.Status == 499 && r.CostNanoUsd > 0, "its prompt was read");
        rows.Select(static r => r.RequestId).Distinct().Should().ContainSingle();
        await Eventually.TrueAsync(async () => (await _rig.Upstream.StatsAsync()).Aborts.Contains(name), TimeSpan.FromSeconds(5), static () => "the slower attempt to be closed");
        (await _rig.Gateway.MetricsAsync()).Sum("gateway_target_in_flight").Should().Be(0);
    }

    [Fact]
    public async Task The_cost_that_is_told_is_that_of_both()
    {
        await WarmUpAsync("pair", 25, stream: false);
        var name = Ask.NewCase("cost");

        var answer = await _rig.App.ChatAsync(Ask.Chat("pair", Slowly(name), name));

        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        (decimal.Parse(answer.Header("x-gateway-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000m).Should().Be(rows.Sum(static r => r.CostNanoUsd));
        (answer.Header("x-gateway-attempts"), answer.Header("x-gateway-target")).Should().Be(("2", "up/second"));
    }

    [Fact]
    public async Task A_first_attempt_that_answers_after_all_stops_the_second()
    {
        await WarmUpAsync("pair", 25);
        var name = Ask.NewCase("lost");
        var before = await LostAsync();
        var directive = new Directive { Models = new() { ["first"] = new Script { Case = $"{name}-answers", Text = "the answer", Hold = Stall.First }, ["second"] = new Script { Case = name, Hold = Stall.First } } };
        var asking = _rig.App.StreamAsync(Ask.Chat("pair", directive, name, stream: true));
        await BothAskedAsync();

        await _rig.Upstream.ReleaseAsync($"{name}-answers");

        var answer = await asking;

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "the answer" && a.Done);
        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().ContainSingle(static r => r.TargetModel == "first" && r.Status == 200).And.ContainSingle(static r => r.TargetModel == "second" && r.Status == 499);
        (await LostAsync()).Should().Be(before + 1);

        async Task<double> LostAsync() => (await _rig.Gateway.MetricsAsync()).Sum("gateway_hedges_total", ("result", "lost"));
    }

    [Theory]
    [InlineData("first", "second", 500)]
    [InlineData("second", "first", 500)]
    [InlineData("second", "first", 429)]
    public async Task When_one_of_the_two_fails_the_other_one_is_the_answer(string fails, string answers, int status)
    {
        await WarmUpAsync("pair", 25);
        var name = Ask.NewCase("fails");
        var directive = new Directive { Models = new() { [fails] = new Script { Case = $"{name}-fails", Status = status, Hold = Stall.Headers }, [answers] = new Script { Case = name, Text = "the answer", Hold = Stall.First } } };
        var asking = _rig.App.StreamAsync(Ask.Chat("pair", directive, name, stream: true));
        await BothAskedAsync();

        // One after the other by what is seen of them, and not by pauses: after a pause of the machine both are due at once.
        await _rig.Upstream.ReleaseAsync($"{name}-fails");
        await _rig.Gateway.RowsOfAsync(name, 1);
        await _rig.Upstream.ReleaseAsync(name);

        var answer = await asking;
        answer.Should().Match<StreamedAnswer>(static a => a.Content == "the answer" && a.Done && a.Errors.Count == 0);
        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().HaveCount(2).And.ContainSingle(r => r.TargetModel == answers && r.Status == 200).And.ContainSingle(r => r.TargetModel == fails && r.Status == status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_the_first_target_refuses_does_not_wait_for_the_second(bool stream)
    {
        await WarmUpAsync("pair", 25, stream);
        var name = Ask.NewCase("refused");
        var directive = new Directive { Models = new() { ["first"] = new Script { Case = $"{name}-refuses", Status = 400, Hold = Stall.Headers }, ["second"] = new Script { Case = name, Hold = Stall.Headers } } };
        var asking = _rig.App.StreamAsync(Ask.Chat("pair", directive, name, stream));
        await BothAskedAsync();

        await _rig.Upstream.ReleaseAsync($"{name}-refuses");

        var answer = await asking.WaitAsync(TimeSpan.FromSeconds(10));   // the second one's first_byte is 15 s
        (stream ? answer.Errors.Count == 1 || answer.Status == HttpStatusCode.BadRequest : answer.Status == HttpStatusCode.BadRequest).Should().BeTrue();
        (await _rig.Gateway.RowsOfAsync(name, 2)).Select(static r => (r.TargetModel, r.Status)).Should().BeEquivalentTo([("first", 400), ("second", 499)]);
    }

    [Theory]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Clean)]
    public async Task An_answer_that_begins_first_and_comes_to_nothing_does_not_take_the_place_of_the_other(Cut cut)
    {
        await WarmUpAsync("pair", 25, stream: false);
        var name = Ask.NewCase("hollow");
        var directive = new Directive { Models = new() { ["first"] = new Script { Case = $"{name}-first", Text = "the answer", Hold = Stall.Headers }, ["second"] = new Script { Case = name, Body = cut == Cut.Clean ? "{" : null, Cut = cut, After = 0 } } };
        var asking = _rig.App.ChatAsync(Ask.Chat("pair", directive, name));
        await _rig.Gateway.RowsOfAsync(name, 2);   // the first one was stopped, the second one broke

        await _rig.Upstream.ReleaseAsync($"{name}-first");

        var answer = await asking;
        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Content.Should().Be("the answer");
        (answer.Header("x-gateway-attempts"), answer.Header("x-gateway-target")).Should().Be(("3", "up/first"));
    }

    [Fact]
    public async Task A_request_that_acts_elsewhere_is_sent_once()
    {
        await WarmUpAsync("pair", 25, stream: false);
        var name = Ask.NewCase("acts");

        await _rig.App.ChatAsync(Ask.Chat("pair", new Script { Case = name, HeadersMs = 700 }, extra: "\"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://example.com\"}]"));

        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task When_both_fail_the_client_is_told_why()
    {
        await WarmUpAsync("pair", 25, stream: false);
        var name = Ask.NewCase("both");
        var directive = new Directive { Models = new() { ["first"] = new Script { Case = $"{name}-first", Status = 500, Hold = Stall.Headers }, ["second"] = new Script { Case = name, Status = 503 } } };
        var asking = _rig.App.ChatAsync(Ask.Chat("pair", directive, name));
        await _rig.Gateway.RowsOfAsync(name, 1);

        await _rig.Upstream.ReleaseAsync($"{name}-first");

        var answer = await asking;
        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (await _rig.Gateway.RowsOfAsync(name, 2)).Select(static r => r.Status).Should().BeEquivalentTo([500, 503]);
        (await _rig.Gateway.MetricsAsync()).Sum("gateway_target_in_flight").Should().Be(0);
    }

    [Theory]
    [InlineData("drained")]
    [InlineData("full")]
    public async Task What_would_be_paid_twice_or_has_no_room_is_sent_once(string model)
    {
        await WarmUpAsync(model, 25);
        var name = Ask.NewCase(model);

        var answer = await _rig.App.StreamAsync(Ask.Chat(model, new Script { Case = name, Text = "the answer", FirstMs = 800 }, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "the answer" && a.Done);
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
        (await _rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.Status.Should().Be(200);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_both()
    {
        await WarmUpAsync("pair", 25, stream: false);
        var name = Ask.NewCase("left");
        using var left = new CancellationTokenSource();
        var asking = _rig.App.OpenAsync(Ask.Chat("pair", new Script { Case = name, Hold = Stall.Headers }), cancellationToken: left.Token);
        await BothAskedAsync();

        await left.CancelAsync();

        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<OperationCanceledException>();
        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().HaveCount(2).And.OnlyContain(static r => r.Status == 499);
        await Eventually.TrueAsync(async () => (await _rig.Gateway.MetricsAsync()).Sum("gateway_target_in_flight") == 0, TimeSpan.FromSeconds(5), static () => "no attempt to be under way");
    }

    private Task BothAskedAsync() =>
        Eventually.TrueAsync(async () => (await _rig.Upstream.StatsAsync()).Held == 2, TimeSpan.FromSeconds(10), static () => "both attempts to wait");

    /// <summary>The first target does not answer at all.</summary>
    private static Directive Slowly(string name) =>
        new() { Script = new Script { Case = name, Text = "the answer" }, Models = new() { ["first"] = new Script { Case = name, Hold = Stall.Headers } } };

    /// <summary>So that the target's usual time is known and hedges are paid for.</summary>
    private async Task WarmUpAsync(string model, int requests, bool stream = true)
    {
        for (var i = 0; i < requests; i++)
        {
            var body = Ask.Chat(model, new Script { Case = "warm" }, stream);
            if (stream) (await _rig.App.StreamAsync(body)).Done.Should().BeTrue();
            else (await _rig.App.ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);
        }
    }

    /// <summary>Of streams, until they are whole, sorted: their first token is nearly all of it.</summary>
    private async Task<List<TimeSpan>> TimesAsync(string model, int requests)
    {
        var times = new TimeSpan[requests];
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var script = new Script { Case = Ask.NewCase("bimodal"), FirstMs = i % 33 == 7 ? SlowMs : 0, SlowFirst = 1 };
            var since = Stopwatch.GetTimestamp();
            (await _rig.App.StreamAsync(Ask.Chat(model, script, stream: true))).Done.Should().BeTrue();
            times[i] = Stopwatch.GetElapsedTime(since);
        });
        return [.. times.Order()];
    }
}
