using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>R7: an upstream that always fails gets little more load than before, then none, and comes back by a probe; the others notice nothing.</summary>
public sealed class OutageTests
{
    private const string Models = """
          - { name: fast, retries: 2, targets: [{ provider: up, model: bad }] }
          - { name: well, targets: [{ provider: up, model: good }] }
          - { name: pair, strategy: ordered, retries: 2, targets: [{ provider: up, model: sick }, { provider: up, model: good }] }
        """;

    [Fact]
    public async Task Retries_add_a_fifth_at_most()
    {
        const int Requests = 500;
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { enabled: false }");
        var name = Ask.NewCase("amplified");

        var answers = await EachAsync(Requests, () => rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name, Status = 500 })));

        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.BadGateway);
        var attempts = (await rig.Upstream.StatsAsync()).ByModel["bad"];
        attempts.Should().BeInRange(Requests + 3, (long)(Requests * 1.2), "three are always tried again, and of the rest a fifth");
    }

    [Fact]
    public async Task A_target_that_fails_is_left_alone_until_a_probe_is_answered()
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { min_attempts: 10, window: 30s, open: 1s }");
        var name = Ask.NewCase("outage");
        var failing = Ask.Chat("fast", new Script { Case = name, Status = 500 });

        var answers = await EachAsync(200, () => rig.App.ChatAsync(failing));

        var attempts = (await rig.Upstream.StatsAsync()).ByModel["bad"];
        attempts.Should().BeLessThan(60, "ten open the breaker, some were under way, and one a second probes");
        var refused = answers.Where(static a => a.Status == HttpStatusCode.ServiceUnavailable).ToList();
        refused.Should().HaveCountGreaterThan(100);
        refused.Should().OnlyContain(static a => a.Error.GetProperty("code").GetString() == "no_target_available" && int.Parse(a.Header("retry-after")!) >= 1);
        (await rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name }))).Status.Should().Be(HttpStatusCode.OK, "the provider's other models are not to blame");
        (await rig.Gateway.MetricsAsync()).Sum("gateway_target_state", ("provider", "up"), ("target_model", "bad")).Should().BeLessThan(2);
        (await rig.Gateway.Http.GetStringAsync("/health")).Should().Contain("targets_down");
        (await rig.Gateway.AdminAsync("/admin/v1/targets?model=fast")).Should().Contain("\"target_model\":\"bad\"").And.Match("*\"state\":\"d*");
        rig.Gateway.Output.Should().Contain("keeps failing");

        await Eventually.TrueAsync(async () => (await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name }))).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(20), static () => "the probe to be answered");

        (await rig.Gateway.MetricsAsync()).Sum("gateway_target_state", ("provider", "up"), ("target_model", "bad")).Should().Be(2);
        var again = await EachAsync(20, () => rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name })));
        again.Should().OnlyContain(static a => a.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_target_that_is_too_slow_is_left_alone_too_and_others_are_as_quick_as_ever()
    {
        await using var rig = await RoutingGateway.StartAsync(Models + "\n  - { name: slow, targets: [{ provider: brisk, model: lame }] }", "breaker: { min_attempts: 10, window: 30s, open: 10s }");
        var name = Ask.NewCase("slow");
        var slow = EachAsync(100, () => rig.App.ChatAsync(Ask.Chat("slow", new Script { Case = name, HeadersMs = 5000 })));
        var times = new List<TimeSpan>();
        do
        {
            var watch = Stopwatch.StartNew();
            (await rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name }))).Status.Should().Be(HttpStatusCode.OK);
            times.Add(watch.Elapsed);
        }
        while (!slow.IsCompleted);

        var answers = await slow;
        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.GatewayTimeout || a.Status == HttpStatusCode.ServiceUnavailable);
        (await rig.Upstream.StatsAsync()).ByModel["lame"].Should().BeLessThan(30, "ten open the breaker, and some were under way");
        times.Order().ElementAt(times.Count / 2).Should().BeLessThan(TimeSpan.FromMilliseconds(200), "nobody waits for what another target does not answer");
    }

    [Fact]
    public async Task With_a_second_target_no_request_fails()
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { min_attempts: 10, window: 30s, open: 10s }");
        var name = Ask.NewCase("second");
        var body = Ask.Chat("pair", new Directive { Script = new Script { Case = name }, Models = new() { ["sick"] = new Script { Case = name, Status = 500 } } }, name);

        var answers = await EachAsync(300, () => rig.App.ChatAsync(body));

        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.OK && a.Header("x-gateway-target") == "up/good");
        (await rig.Upstream.StatsAsync()).ByModel["sick"].Should().BeLessThan(40);
    }

    [Fact]
    public async Task A_client_that_gives_requests_no_time_takes_no_target_from_others()
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { min_attempts: 10, window: 60s, open: 10s }");
        var name = Ask.NewCase("hasty");

        var answers = await EachAsync(30, () => rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name, HeadersMs = 400 }), ("x-gateway-timeout", "50ms")));

        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.GatewayTimeout);
        (await rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name }))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task Requests_that_are_wrong_themselves_take_no_target_from_others(int status)
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { min_attempts: 40, window: 60s, open: 10s }");
        var name = Ask.NewCase("poison");

        await EachAsync(50, () => rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name, Status = status })));

        (await rig.App.ChatAsync(Ask.Chat("well", new Script { Case = name }))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("it is wrong")]
    [InlineData("its time is over")]
    [InlineData("its client leaves")]
    public async Task A_request_that_fails_at_its_second_target_by_itself_takes_it_from_nobody_else(string why)
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { enabled: false }");
        var name = Ask.NewCase("second-poison");
        var failing = new Script { Case = name, Status = 500 };
        var second = why == "it is wrong" ? new Script { Case = name, Status = 400 } : new Script { Case = name, Stall = Stall.Headers };
        var poison = Ask.Chat("pair", new Directive { Script = second, Models = new() { ["sick"] = failing } }, name);

        for (var i = 1; i <= 4; i++)
        {
            if (why == "its client leaves") await LeaveAsync(rig, poison, name, 2 * i);
            else (await rig.App.ChatAsync(poison, ("x-gateway-timeout", why == "it is wrong" ? "20s" : "2s"))).Header("x-gateway-attempts").Should().Be("2");
        }

        await rig.Gateway.RowsOfAsync(name, 8);
        var answer = await rig.App.ChatAsync(Ask.Chat("pair", new Directive { Script = new Script { Case = name }, Models = new() { ["sick"] = failing } }, name));
        answer.Header("x-gateway-target").Should().Be("up/good");
    }

    /// <summary>Until the provider has had so many requests of the case.</summary>
    private static async Task LeaveAsync(RoutingGateway rig, string body, string name, int requests)
    {
        using var leaving = new CancellationTokenSource();
        var left = rig.App.OpenAsync(body, cancellationToken: leaving.Token);
        await Eventually.ValueAsync(async () => (await rig.Upstream.RequestsAsync(name)).Count, n => n == requests, TimeSpan.FromSeconds(10), "the second target");
        await leaving.CancelAsync();
        await left.Invoking(static l => l).Should().ThrowAsync<OperationCanceledException>();
    }

    /// <summary>Eight at a time.</summary>
    private static async Task<IReadOnlyList<Answer>> EachAsync(int count, Func<Task<Answer>> ask)
    {
        var answers = new Answer[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => answers[i] = await ask());
        return answers;
    }
}
