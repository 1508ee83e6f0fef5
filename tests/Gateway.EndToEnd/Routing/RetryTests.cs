using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>What happens before the first byte: retries, fallbacks of each kind, and what they cost.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private const string Price = "price: { input: 1, output: 2 }";

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync($$"""
          - { name: once, targets: [{ provider: up, model: one, {{Price}} }] }
          - { name: twice, retries: 2, targets: [{ provider: up, model: one, {{Price}} }] }
          - { name: by-failure, retries: { default: 0, server_error: 1 }, targets: [{ provider: up, model: one, {{Price}} }] }
          - { name: pair, strategy: ordered, retries: 1, targets: [{ provider: up, model: one, {{Price}} }, { provider: up, model: two, {{Price}} }] }
          - { name: tri, strategy: ordered, targets: [{ provider: up, model: one, {{Price}} }, { provider: up, model: two, {{Price}} }], fallbacks: [spare, long] }
          - name: safe
            targets: [{ provider: up, model: one, {{Price}} }]
            fallbacks: [broken, spare]
            context_fallbacks: [long]
            content_policy_fallbacks: [other]
          - { name: mixed, strategy: ordered, targets: [{ provider: claude, model: c, {{Price}} }, { provider: up, model: one, {{Price}} }] }
          - { name: mixed-last, strategy: ordered, targets: [{ provider: up, model: one, {{Price}} }, { provider: claude, model: c, {{Price}} }] }
          - { name: keyed, targets: [{ provider: keyed, model: one, {{Price}} }] }
          - { name: broken, targets: [{ provider: down, model: nowhere, {{Price}} }] }
          - { name: spare, params: { temperature: 0.5 }, targets: [{ provider: up, model: spare, price: { input: 10, output: 20 } }] }
          - { name: long, targets: [{ provider: up, model: long, {{Price}} }] }
          - { name: other, targets: [{ provider: up, model: other, {{Price}} }] }
        """, "breaker: { enabled: false }");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_that_fails_twice_is_asked_a_third_time_and_every_attempt_is_in_the_ledger(bool stream)
    {
        var name = Ask.NewCase("twice");
        var body = Ask.Chat("twice", new Script { Case = name, Status = 500, FailFirst = 2, Text = "at last" }, stream);

        if (stream) (await _rig.App.StreamAsync(body)).Should().Match<StreamedAnswer>(static a => a.Content == "at last" && a.Done);
        else (await _rig.App.ChatAsync(body)).Should().Match<Answer>(static a => a.Content == "at last" && a.Header("x-gateway-attempts") == "3");

        var rows = await _rig.Gateway.RowsOfAsync(name, 3);
        rows.Count(static r => r.Status == 500 && r.CostNanoUsd == 0).Should().Be(2);
        rows.Count(static r => r.Status == 200 && r.CostNanoUsd > 0).Should().Be(1);
        var metrics = await _rig.Gateway.MetricsAsync();
        metrics.Sum("gateway_retries_total", ("model", "twice"), ("reason", "server_error")).Should().BeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("once", 500, 1)]
    [InlineData("twice", 500, 3)]
    [InlineData("twice", 400, 1)]
    [InlineData("twice", 422, 1)]
    [InlineData("by-failure", 503, 2)]
    [InlineData("by-failure", 429, 1)]
    [InlineData("pair", 500, 3)]
    public async Task How_often_is_what_the_model_says_for_the_failure(string model, int status, int attempts)
    {
        var name = Ask.NewCase("count");

        var answer = await _rig.App.ChatAsync(Ask.Chat(model, new Script { Case = name, Status = status }));

        ((int)answer.Status).Should().Be(status >= 500 ? 502 : status);
        (await _rig.Upstream.RequestsAsync(name)).Should().HaveCount(attempts);
    }

    [Fact]
    public async Task The_provider_is_given_the_time_it_asked_for()
    {
        var name = Ask.NewCase("retry-after");
        var since = Stopwatch.StartNew();

        var answer = await _rig.App.ChatAsync(Ask.Chat("twice", new Script { Case = name, Status = 429, FailFirst = 1, Headers = new() { ["retry-after"] = "2" } }));

        answer.Status.Should().Be(HttpStatusCode.OK);
        since.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task A_provider_that_wants_a_minute_is_not_waited_for()
    {
        var name = Ask.NewCase("retry-later");

        var answer = await _rig.App.ChatAsync(Ask.Chat("twice", new Script { Case = name, Status = 429, Headers = new() { ["retry-after"] = "60" } }));

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests);
        answer.Header("retry-after").Should().Be("60");
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task The_clients_time_bounds_all_attempts_together()
    {
        var name = Ask.NewCase("bounded");
        var since = Stopwatch.StartNew();

        var answer = await _rig.App.ChatAsync(Ask.Chat("twice", new Script { Case = name, Stall = Stall.Headers }), ("x-gateway-timeout", "1s"));

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        since.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(1.9));
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task When_the_clients_time_is_over_no_further_target_and_no_fallback_is_asked()
    {
        var name = Ask.NewCase("over");

        var answer = await _rig.App.ChatAsync(Ask.Chat("tri", new Script { Case = name, Stall = Stall.Headers }), ("x-gateway-timeout", "1s"));

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        answer.Header("x-gateway-attempts").Should().Be("1");
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
        (await _rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_fallback_that_uses_the_clients_time_up_is_the_last_one()
    {
        var name = Ask.NewCase("over-late");
        var failing = new Script { Case = name, Status = 500 };
        var directive = new Directive { Script = new Script { Case = name, Stall = Stall.Headers }, Models = new() { ["one"] = failing, ["two"] = failing } };

        var answer = await _rig.App.ChatAsync(Ask.Chat("tri", directive, name), ("x-gateway-timeout", "2s"));

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        (await _rig.Upstream.RequestsAsync(name)).Select(static r => r.Json.GetProperty("model").GetString()).Should().Equal("one", "two", "spare");
    }

    [Fact]
    public async Task A_fallback_serves_with_its_own_parameters_and_at_its_own_price()
    {
        var name = Ask.NewCase("fallback");
        var directive = new Directive { Script = new Script { Case = name, PromptTokens = 100, CompletionTokens = 10 }, Models = new() { ["one"] = new Script { Case = name, Status = 500 } } };

        var answer = await _rig.App.ChatAsync(Ask.Chat("safe", directive, name));

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Header("x-gateway-model").Should().Be("safe");
        answer.Header("x-gateway-target").Should().Be("up/spare");
        var sent = (await _rig.Upstream.RequestsAsync(name)).Single(static r => r.Json.GetProperty("model").GetString() == "spare");
        sent.Json.GetProperty("temperature").GetDouble().Should().Be(0.5);
        var row = (await _rig.Gateway.RowsOfAsync(name, 3)).Single(static r => r.TargetModel == "spare");
        row.CostNanoUsd.Should().Be((100 * 10_000) + (10 * 20_000));
    }

    [Theory]
    [InlineData("""{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}""", "up/long")]
    [InlineData("""{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum","type":"invalid_request_error"}}""", "up/long")]
    [InlineData("""{"error":{"message":"The response was filtered.","type":null,"code":"content_filter"}}""", "up/other")]
    [InlineData("""{"error":{"message":"temperature must be at most 2","type":"invalid_request_error"}}""", null)]
    public async Task A_prompt_that_was_refused_goes_to_the_fallback_for_its_reason(string error, string? target)
    {
        var name = Ask.NewCase("refused");
        var directive = new Directive { Script = new Script { Case = name }, Models = new() { ["one"] = new Script { Case = name, Status = 400, Body = error } } };

        var answer = await _rig.App.ChatAsync(Ask.Chat("safe", directive, name));

        answer.Status.Should().Be(target is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK);
        if (target is not null) answer.Header("x-gateway-target").Should().Be(target);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_refused_key_is_followed_by_the_providers_next_one(int status)
    {
        var name = Ask.NewCase("keyed");

        var answer = await _rig.App.ChatAsync(Ask.Chat("keyed", new Script { Case = name, Status = status, FailFirst = 1 }));
        var next = await _rig.App.ChatAsync(Ask.Chat("keyed", new Script { Case = name }));

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Header("x-gateway-attempts").Should().Be("2");
        next.Header("x-gateway-attempts").Should().Be("1", "the refused key rests");
        (await _rig.Upstream.RequestsAsync(name)).Select(static r => r.Header("Authorization")).Should().Equal(
            $"Bearer {RoutingGateway.FirstKey}", $"Bearer {RoutingGateway.SecondKey}", $"Bearer {RoutingGateway.SecondKey}");
        _rig.Gateway.Output.Should().NotContain(RoutingGateway.FirstKey);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    public async Task What_is_passed_through_tells_of_the_refusal_and_the_next_call_shows_the_next_key(int status)
    {
        await using var rig = await RoutingGateway.StartAsync("  - { name: keyed, targets: [{ provider: keyed, model: m }] }");
        var name = Ask.NewCase("passed");

        var refused = await rig.App.PostAsync("/pass/keyed/chat/completions", Ask.Chat("m", new Script { Case = name, Status = status, FailFirst = 1 }));
        var next = await rig.App.PostAsync("/pass/keyed/chat/completions", Ask.Chat("m", new Script { Case = name }));

        ((int)refused.Status, (int)next.Status).Should().Be((status, 200));
        (await rig.Upstream.RequestsAsync(name)).Select(static r => r.Header("Authorization")).Should().Equal($"Bearer {RoutingGateway.FirstKey}", $"Bearer {RoutingGateway.SecondKey}");
    }

    [Fact]
    public async Task When_every_key_is_refused_the_client_hears_it()
    {
        var name = Ask.NewCase("all-keys");

        var answer = await _rig.App.ChatAsync(Ask.Chat("keyed", new Script { Case = name, Status = 401 }));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (await _rig.Upstream.RequestsAsync(name)).Should().HaveCount(2);
    }

    [Fact]
    public async Task What_one_target_cannot_do_another_may()
    {
        var name = Ask.NewCase("unfit");

        var answer = await _rig.App.ChatAsync(Ask.Chat("mixed", new Script { Case = name }, extra: "\"logit_bias\":{\"50\":1}"));

        answer.Header("x-gateway-target").Should().Be("up/one");
    }

    [Fact]
    public async Task That_the_second_target_could_not_have_done_it_does_not_hide_why_the_first_one_failed()
    {
        var name = Ask.NewCase("hidden");

        var answer = await _rig.App.ChatAsync(Ask.Chat("mixed-last", new Script { Case = name, Status = 500 }, extra: "\"logit_bias\":{\"50\":1}"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Header("x-gateway-attempts").Should().Be("2");
    }

    [Fact]
    public async Task A_client_that_wants_no_fallbacks_gets_none()
    {
        var name = Ask.NewCase("off");

        var answer = await _rig.App.ChatAsync(Ask.Chat("safe", new Script { Case = name, Status = 500 }), ("x-gateway-fallbacks", "off"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }
}
