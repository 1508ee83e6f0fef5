using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>How often one request can be sent, whatever providers say and other requests do; and which failure of several the client is told.</summary>
public sealed class AttemptBoundTests : IAsyncLifetime
{
    private const string Price = "price: { input: 1, output: 2 }";

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync($$"""
          - { name: keyed, targets: [{ provider: keyed, model: one, {{Price}} }] }
          - { name: tight, targets: [{ provider: up, model: shared, rpm: 1, {{Price}} }] }
          - { name: loose, retries: 5, targets: [{ provider: up, model: shared, {{Price}} }] }
          - { name: full-first, strategy: ordered, retries: 3, targets: [{ provider: up, model: narrow, rpm: 1, {{Price}} }, { provider: up, model: wide, {{Price}} }] }
          - { name: full-last, strategy: ordered, retries: 3, targets: [{ provider: up, model: wide-2, {{Price}} }, { provider: up, model: narrow-2, rpm: 1, {{Price}} }] }
          - { name: patient, retries: 1, keepalive: 500ms, targets: [{ provider: up, model: slow, {{Price}} }] }
        """, "breaker: { enabled: false }");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("0")]
    [InlineData("0.05")]   // over before the next key has been refused
    public async Task Each_of_a_providers_keys_is_shown_once_however_short_they_are_to_rest(string retryAfter)
    {
        var name = Ask.NewCase("keys");

        var answer = await _rig.App.ChatAsync(Ask.Chat("keyed", new Script { Case = name, Status = 429, HeadersMs = 100, Headers = new() { ["retry-after"] = retryAfter } }), ("x-gateway-timeout", "5s"));

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await _rig.Upstream.RequestsAsync(name)).Select(static r => r.Header("Authorization")).Should().Equal($"Bearer {RoutingGateway.FirstKey}", $"Bearer {RoutingGateway.SecondKey}");
    }

    [Fact]
    public async Task Keys_that_have_all_had_enough_are_gone_through_within_the_retry_budget()
    {
        const int Requests = 30;
        var script = new Script { Case = Ask.NewCase("keys-budget"), Status = 429, Headers = new() { ["retry-after"] = "0" } };

        for (var i = 0; i < Requests; i++) (await _rig.App.ChatAsync(Ask.Chat("keyed", script))).Status.Should().Be(HttpStatusCode.TooManyRequests);

        (await _rig.Upstream.RequestsAsync(script.Case!)).Count.Should().BeInRange(Requests + 1, Requests * 12 / 10);
    }

    [Fact]
    public async Task Requests_that_the_gateway_refuses_make_no_room_for_retries()
    {
        (await _rig.App.ChatAsync(Ask.Chat("tight", new Script()))).Status.Should().Be(HttpStatusCode.OK);
        for (var i = 0; i < 100; i++) (await _rig.App.ChatAsync(Ask.Chat("tight", new Script()))).Status.Should().Be(HttpStatusCode.TooManyRequests);
        var script = new Script { Case = Ask.NewCase("inflated"), Status = 500 };

        for (var i = 0; i < 4; i++) (await _rig.App.ChatAsync(Ask.Chat("loose", script), ("x-gateway-timeout", "20s"))).Status.Should().Be(HttpStatusCode.BadGateway);

        (await _rig.Upstream.RequestsAsync(script.Case!)).Count.Should().BeInRange(5, 4 + 3, "three further attempts in ten seconds are always there, and a fifth of five is less");
    }

    [Theory]
    [InlineData("full-first", "narrow", "wide")]
    [InlineData("full-last", "narrow-2", "wide-2")]
    public async Task A_target_at_its_own_limit_is_passed_over_and_the_others_have_their_retries(string model, string full, string other)
    {
        var name = Ask.NewCase("passed-over");
        (await _rig.App.ChatAsync(Ask.Chat(model, Only(full, new Script()), Ask.NewCase("used-up")))).Status.Should().Be(HttpStatusCode.OK, "this uses the limit up");

        var answer = await _rig.App.ChatAsync(Ask.Chat(model, new Script { Case = name, Status = 500, FailFirst = 1, Text = "at last" }));

        answer.Content.Should().Be("at last");
        (answer.Header("x-gateway-target"), answer.Header("x-gateway-attempts")).Should().Be(($"up/{other}", "2"));

        static Directive Only(string model, Script script) => new() { Script = new Script { Status = 500 }, Models = new() { [model] = script } };
    }

    [Fact]
    public async Task A_clients_failure_is_that_of_the_target_that_was_asked_and_not_the_limit_of_another()
    {
        (await _rig.App.ChatAsync(Ask.Chat("full-last", new Directive { Script = new Script { Status = 500 }, Models = new() { ["narrow-2"] = new Script() } }, Ask.NewCase("used-up")))).Status.Should().Be(HttpStatusCode.OK);

        var answer = await _rig.App.ChatAsync(Ask.Chat("full-last", new Script { Case = Ask.NewCase("told"), Status = 500 }));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_stream_gets_comment_lines_in_the_pause_before_a_retry()
    {
        var answer = await _rig.App.StreamAsync(Ask.Chat("patient", new Script { Case = Ask.NewCase("pause"), Status = 429, FailFirst = 1, Headers = new() { ["retry-after"] = "2" }, Text = "at last" }, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "at last" && a.Done && a.Errors.Count == 0);
        Encoding.UTF8.GetString(answer.Bytes).Should().StartWith(": keep-alive\n\n: keep-alive\n\n");
    }
}
