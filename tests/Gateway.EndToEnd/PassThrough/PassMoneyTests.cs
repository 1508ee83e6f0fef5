using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>What is passed through is reserved for, priced and recorded like everything else; nothing passes for free because nobody understands it.</summary>
public sealed class PassMoneyTests
{
    private const string Ask = """{ "model":"up-fast",  "messages":[{"role":"user","content":"hi"}],"max_tokens":50,"own_field":[1, 2] }""";
    private const string Usage = "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}";
    private const string Reply = $$$"""{"id":"c1","model":"up-fast","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],{{{Usage}}}}""";

    private static readonly long Price = PriceList.NanoUsd("up-fast", 20, 0, 7);

    [Fact]
    public async Task A_call_goes_out_as_it_came_with_the_providers_key_and_is_priced_and_recorded()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", Reply));

        var answer = await rig.Budgeted.PostAsync("/pass/up/chat/completions?a=1&b", Ask, ("X-Own", "kept"), ("x-gateway-user", "u1"), ("Idempotency-Key", "twice"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Text.Should().Be(Reply);
        answer.Header("x-gateway-target").Should().Be("up/up-fast");
        answer.Header("x-gateway-attempts").Should().Be("1");
        decimal.Parse(answer.Header("x-gateway-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture).Should().Be(Price / 1e9m);
        var sent = rig.Upstream.Requests.Should().ContainSingle().Which;
        (sent.Method, sent.Target, sent.Text).Should().Be(("POST", "/v1/chat/completions?a=1&b", Ask));
        sent.Header("authorization").Should().Be($"Bearer {SharedRig.ProviderKey}");
        sent.Header("x-own").Should().Be("kept");
        sent.Header("idempotency-key").Should().Be("twice");
        sent.Headers.Keys.Should().NotContain(static h => h.StartsWith("x-gateway-", StringComparison.OrdinalIgnoreCase));
        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Endpoint = "pass", Key = "budget", Model = "up/up-fast", Provider = "up", TargetModel = "up-fast", Status = 200, Input = 20, Output = 7, UsageSource = "exact", CostNanoUsd = Price, User = "u1", Stream = false });
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Spent = Price, Held = 0 });
        var (code, audit) = await rig.Gateway.AuditAsync();
        code.Should().Be(0, audit);
    }

    [Theory]
    [InlineData("chat/completions", """{"model":"up-fast","messages":[],"max_tokens":50}""", """{"strange":true}""", 50L)]
    [InlineData("chat/completions", """{"model":"up-fast","messages":[],"max_tokens":50,"n":3}""", "[1]", 150L)]
    [InlineData("embeddings", """{"model":"up-fast","input":"x"}""", "null", 0L)]
    public async Task An_answer_that_says_nothing_of_usage_is_charged_what_was_held(string path, string ask, string reply, long output)
    {
        await using var rig = await PassGateway.StartAsync((http, _) => HandlerUpstream.WriteAsync(http, "application/json", reply));

        var answer = await rig.Budgeted.PostAsync($"/pass/up/{path}", ask);

        answer.Text.Should().Be(reply);
        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { UsageSource = "estimated", Input = (long)ask.Length, Output = output, CostNanoUsd = PriceList.NanoUsd("up-fast", ask.Length, 0, output) });
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Spent = row.CostNanoUsd, Held = 0 });
    }

    [Theory]
    [InlineData("POST", "images/generations", """{"model":"up-fast","prompt":"x"}""", "model_unpriced")]   // a known model, at a price per picture
    [InlineData("POST", "chat/completions", """{"model":"nobody-knows","messages":[],"max_tokens":5}""", "model_unpriced")]
    [InlineData("PATCH", "chat/completions", """{"model":"up-fast"}""", "model_unpriced")]
    [InlineData("PUT", "anything", null, "model_unpriced")]
    [InlineData("POST", "chat/completions", """{"model":"up-fast","messages":[]}""", "output_unbounded")]
    [InlineData("POST", "chat/completions", """{"model":"up-fast","model":"other","messages":[],"max_tokens":5}""", null)]
    [InlineData("POST", "chat/completions", """{"Model":"up-fast","messages":[],"max_tokens":5}""", null)]
    [InlineData("POST", "chat/completions", """{"model":"up-fast","messages":[],"max_tokens":5.5}""", null)]
    [InlineData("POST", "responses", """{"model":"up-fast","input":"x","background":true,"max_output_tokens":5}""", null)]
    public async Task With_a_budget_nothing_is_sent_whose_cost_nobody_can_bound(string method, string path, string? body, string? code)
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"));

        var answer = await rig.Budgeted.SendAsync(new HttpMethod(method), $"/pass/up/{path}", body);

        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.Error.GetProperty("code").GetString().Should().Be(code);
        rig.Upstream.Requests.Should().BeEmpty();
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Spent = 0, Held = 0 });
    }

    [Fact]
    public async Task Without_a_budget_or_with_unpriced_allow_it_passes_and_its_row_has_no_price()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"), root: "unpriced: allow");

        (await rig.App.PostAsync("/pass/up/images/generations", """{"model":"up-fast"}""")).Status.Should().Be(HttpStatusCode.OK);
        (await rig.Budgeted.PostAsync("/pass/up/images/generations", """{"model":"up-fast"}""")).Status.Should().Be(HttpStatusCode.OK);

        (await rig.RowsAsync(2)).Should().HaveCount(2).And.OnlyContain(static r => r.CostNanoUsd == 0 && r.PriceVersion == null && r.UsageSource == "estimated" && r.TargetModel == "-");
    }

    [Theory]
    [InlineData("GET", "models")]
    [InlineData("HEAD", "models")]
    [InlineData("DELETE", "files/f1")]
    [InlineData("POST", "messages/count_tokens")]
    public async Task What_providers_do_not_bill_passes_every_budget_with_a_row_of_nothing(string method, string path)
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", """{"data":[]}"""));

        var answer = await rig.Budgeted.SendAsync(new HttpMethod(method), $"/pass/up/{path}", method == "POST" ? "{}" : null);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Text.Should().Be(method == "HEAD" ? "" : """{"data":[]}""");
        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { CostNanoUsd = 0, UsageSource = "exact", Status = 200, TargetModel = "-" });
        row.PriceVersion.Should().StartWith("free:");
    }

    [Fact]
    public async Task A_refusal_of_the_provider_passes_with_its_status_and_costs_nothing()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) =>
        {
            http.Response.StatusCode = 422;
            http.Response.Headers["x-own"] = "kept";
            return HandlerUpstream.WriteAsync(http, "application/problem+json", """{"detail":"not like this"}""");
        });

        var answer = await rig.Budgeted.PostAsync("/pass/up/chat/completions", Ask);

        ((int)answer.Status, answer.Text, answer.Header("x-own")).Should().Be((422, """{"detail":"not like this"}""", "kept"));
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 422, CostNanoUsd = 0 });
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Spent = 0, Held = 0 });
    }

    [Fact]
    public async Task A_spent_budget_and_a_full_limit_hold_here_too()
    {
        await using var rig = await PassGateway.StartAsync(
            static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", Reply), key: "key: sk-canary-extra-0000000000000000000073, limits: { rpm: 1 }, budgets: [{ limit: 0.001, period: total }]");
        var extra = rig.Gateway.Caller("sk-canary-extra-0000000000000000000073");

        (await extra.PostAsync("/pass/up/chat/completions", Ask.Replace("50", "500000", StringComparison.Ordinal))).Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        (await extra.PostAsync("/pass/up/chat/completions", Ask)).Status.Should().Be(HttpStatusCode.OK);
        (await extra.PostAsync("/pass/up/chat/completions", Ask)).Error.GetProperty("code").GetString().Should().Be("rate_limit_exceeded");

        rig.Upstream.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task The_price_is_the_configured_targets_also_by_a_star()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", Reply));

        (await rig.Budgeted.PostAsync("/pass/up/chat/completions", Ask.Replace("up-fast", "up-wild-7", StringComparison.Ordinal))).Status.Should().Be(HttpStatusCode.OK);

        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { TargetModel = "up-wild-7", CostNanoUsd = Price });
    }

    [Fact]
    public async Task Metrics_know_one_endpoint_whatever_the_paths_are()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"));

        foreach (var path in new[] { "models", "models/a", "x/y/z" })
            await rig.App.GetAsync($"/pass/up/{path}");

        var metrics = await rig.Gateway.Http.GetStringAsync("/metrics");
        metrics.Should().Contain("endpoint=\"pass\"").And.NotContain("x/y/z").And.NotContain("models/a");
    }
}
