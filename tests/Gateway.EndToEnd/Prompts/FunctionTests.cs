using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Routing;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>Functions and prompts over the wire: what arrives upstream, and what the ledger says of it.</summary>
public sealed class FunctionTests : IAsyncLifetime
{
    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync(
        """
          - { name: smart, targets: [{ provider: up, model: real, price: { input: 1, output: 1 } }], params: { top_p: 0.5, temperature: 1 } }
          - { name: dear, targets: [{ provider: up, model: dear, price: { input: 1000, output: 0 } }] }
          - { name: kept, cache: { ttl: 10m }, targets: [{ provider: up, model: kept, price: { input: 0, output: 0 } }] }
        """,
        $$$"""
        budgets: [{ limit: 2.00, period: day }]
        prompts:
          - name: reply
            labels: { production: 2 }
            versions:
              - messages: [{ role: system, content: old }]
              - variables: [{ name: topic }, { name: facts, type: list, default: [] }]
                messages: [{ role: system, content: "Answer about {{topic}}.{{#facts}} {{.}}{{/facts}}" }]
          - { name: long, versions: [{ messages: [{ role: system, content: {{{new string('x', 3_000)}}} }] }] }
        functions:
          - { name: support, description: answers, model: smart, prompt: reply@production, params: { temperature: 0 } }
          - { name: long, model: dear, prompt: long, params: { max_tokens: 1 } }
          - { name: kept, model: kept, prompt: reply }
        """);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task What_a_prompt_wrote_can_be_taken_out_of_the_cache_by_its_name()
    {
        var name = Ask.NewCase("fn-purge");
        Task<Answer> Kept() => _rig.App.ChatAsync(Ask.Chat("fn/kept", new Script { Case = name }, extra: "\"prompt_variables\":{\"topic\":\"x\"}"));
        async Task<HttpStatusCode> PurgeAsync(string query) => (await _rig.Gateway.Caller(GatewayProcess.AdminKey).SendAsync(HttpMethod.Delete, "/admin/v1/cache" + query, null)).Status;
        await Kept();

        (await PurgeAsync("?prompt=long")).Should().Be(HttpStatusCode.NoContent);
        (await Kept()).Header("x-gateway-cache").Should().Be("hit", "another prompt was purged");
        (await PurgeAsync("?prompt=reply")).Should().Be(HttpStatusCode.NoContent);
        (await Kept()).Header("x-gateway-cache").Should().Be("miss");
        (await Kept()).Header("x-gateway-cache").Should().Be("hit");

        (await PurgeAsync("?prompt=nonsuch")).Should().Be(HttpStatusCode.BadRequest);
        (await PurgeAsync("?prompt=reply&tag=x")).Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_provider_gets_the_prompt_and_the_ledger_says_which(bool stream)
    {
        var script = new Script { Case = Ask.NewCase("fn"), Text = "yes" };
        var body = Ask.Chat("fn/support", script, stream, "\"prompt_variables\":{\"topic\":\"{{7*7}} \\\"x\\\"\",\"facts\":[\"a\",\"b\"]}");

        if (stream) (await _rig.App.StreamAsync(body)).Done.Should().BeTrue();
        else (await _rig.App.ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);

        var seen = await _rig.Upstream.RequestAsync(script.Case!);
        seen.Json.GetProperty("model").GetString().Should().Be("real");
        var messages = seen.Json.GetProperty("messages");
        messages.GetArrayLength().Should().Be(2);
        messages[0].GetRawText().Should().Be("""{"role":"system","content":"Answer about {{7*7}} \"x\". a b"}""");
        messages[1].GetProperty("role").GetString().Should().Be("user");
        seen.Json.GetProperty("temperature").GetDouble().Should().Be(0);
        seen.Json.GetProperty("top_p").GetDouble().Should().Be(0.5);
        seen.Json.TryGetProperty("prompt_variables", out _).Should().BeFalse();
        var row = (await _rig.Gateway.RowsOfAsync(script.Case!, 1)).Should().ContainSingle().Which;
        (row.Model, row.TargetModel, row.Function, row.PromptVersion).Should().Be(("smart", "real", "support", "reply@2"));
    }

    [Fact]
    public async Task A_prompt_named_in_a_header_stands_before_the_messages()
    {
        var script = new Script { Case = Ask.NewCase("header"), Text = "yes" };

        var answer = await _rig.App.ChatAsync(Ask.Chat("smart", script), ("x-gateway-prompt", "reply@1"));

        answer.Status.Should().Be(HttpStatusCode.OK);
        var seen = await _rig.Upstream.RequestAsync(script.Case!);
        seen.Json.GetProperty("messages")[0].GetRawText().Should().Be("""{"role":"system","content":"old"}""");
        seen.Header("x-gateway-prompt").Should().BeNull();
        var row = (await _rig.Gateway.RowsOfAsync(script.Case!, 1)).Should().ContainSingle().Which;
        (row.Model, row.Function, row.PromptVersion).Should().Be(("smart", null, "reply@1"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_variable_is_a_400_and_costs_nothing()
    {
        var answer = await _rig.App.ChatAsync("""{"model":"fn/support","user":"wrong","prompt_variables":{"topic":"x","facts":"y"}}""");

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Error.GetProperty("param").GetString().Should().Be("prompt_variables.facts");
        answer.Error.GetProperty("message").GetString().Should().Be("'prompt_variables.facts' must be a list. The prompt is 'reply@2'.");
        (await _rig.App.ChatAsync("""{"model":"fn/none"}""")).Status.Should().Be(HttpStatusCode.NotFound);
        (await _rig.Upstream.RequestsAsync("wrong")).Should().BeEmpty();
    }

    /// <summary>The client's own body would fit: 3,000 bytes of prompt at $1,000 a million do not.</summary>
    [Fact]
    public async Task The_budget_holds_what_the_prompt_can_cost()
    {
        var plain = new Script { Case = Ask.NewCase("plain"), Text = "y" };

        var refused = await _rig.App.ChatAsync("""{"model":"fn/long"}""");
        var served = await _rig.App.ChatAsync(Ask.Chat("dear", plain, extra: "\"max_tokens\":1"));

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests, refused.Text);
        refused.Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        served.Status.Should().Be(HttpStatusCode.OK, served.Text);
    }

    /// <summary>The cache knows a prompt by what it says: other values are another request.</summary>
    [Fact]
    public async Task An_answer_out_of_the_cache_is_the_functions_too()
    {
        var script = new Script { Case = Ask.NewCase("kept"), Text = "yes" };
        string Body(string topic) => Ask.Chat("fn/kept", script, extra: $"\"prompt_variables\":{{\"topic\":\"{topic}\"}}");

        var caches = new List<string?>();
        foreach (var topic in new[] { "a", "a", "b" }) caches.Add((await _rig.App.ChatAsync(Body(topic))).Header("x-gateway-cache"));

        caches.Should().Equal("miss", "hit", "miss");
        var rows = await _rig.Gateway.RowsOfAsync(script.Case!, 3);
        rows.Count(static r => r.SavedNanoUsd is not null).Should().Be(1);
        rows.Should().OnlyContain(static r => r.Function == "kept" && r.PromptVersion == "reply@2");
    }

    [Fact]
    public async Task Functions_are_listed_and_explained()
    {
        var list = (await _rig.App.GetAsync("/v1/models")).Json.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString());
        var one = await _rig.App.GetAsync("/v1/models/fn/support");
        var explained = await _rig.Gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/explain",
            JsonSerializer.Serialize(new { key = "app", body = new { model = "fn/support", prompt_variables = new { topic = "t" } } }));

        list.Should().Equal("dear", "kept", "smart", "fn/kept", "fn/long", "fn/support");
        one.Json.GetProperty("description").GetString().Should().Be("answers");
        (await _rig.App.GetAsync("/v1/models/fn/none")).Status.Should().Be(HttpStatusCode.NotFound);
        explained.Json.GetProperty("prompt").GetString().Should().Be("reply@2", explained.Text);
        explained.Json.GetProperty("model").GetString().Should().Be("smart");
    }
}
