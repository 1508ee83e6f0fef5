using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>Functions over the three APIs, each to a provider of its own API and to one of the chat's.</summary>
public sealed class FunctionDialectTests : IAsyncLifetime
{
    private FunctionGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionGateway.StartAsync("""
        prompts:
          - name: reply
            versions:
              - variables: [{ name: topic }]
                messages: [{ role: system, content: "About {{topic}}." }, { role: user, content: Hello. }, { role: assistant, content: Yes? }]
        functions:
          - { name: chat, model: chat, prompt: reply, params: { max_tokens: 12 } }
          - { name: messages, model: messages, prompt: reply, params: { max_tokens: 12 } }
          - { name: responses, model: responses, prompt: reply, params: { max_tokens: 12 } }
        """);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    public static TheoryData<Route, string, bool> Ways
    {
        get
        {
            var ways = new TheoryData<Route, string, bool>();
            foreach (var stream in new[] { false, true })
            {
                ways.Add(Route.Messages, "messages", stream);
                ways.Add(Route.Messages, "chat", stream);
                ways.Add(Route.Responses, "responses", stream);
                ways.Add(Route.Responses, "chat", stream);
                ways.Add(Route.Chat, "messages", stream);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_prompt_comes_before_what_the_client_says(Route route, string provider, bool stream)
    {
        var name = Ask.NewCase("fn");
        var script = new Script { Case = name, Text = "yes" };
        var body = route.Ask($"fn/{provider}", script, stream, "\"prompt_variables\":{\"topic\":\"{{x}} \\\"y\\\"\"}").Replace(",\"max_tokens\":1000", "", StringComparison.Ordinal);

        var answer = await _rig.App.StreamAsync(body, route.Path());

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Errors.Should().BeEmpty();
        var seen = (await _rig.Upstream.RequestAsync(name)).Json;
        Said(seen, provider).Should().Equal("system:About {{x}} \"y\".", "user:Hello.", "assistant:Yes?", $"user:{new Directive { Script = script }}");
        seen.GetProperty(provider == "responses" ? "max_output_tokens" : "max_tokens").GetInt64().Should().Be(12);
        seen.TryGetProperty("prompt_variables", out _).Should().BeFalse();
        var row = (await _rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        (row.Model, row.Function, row.PromptVersion, row.Status).Should().Be((provider, provider, "reply@1", 200));
    }

    [Theory]
    [InlineData(Route.Messages)]
    [InlineData(Route.Responses)]
    public async Task What_is_wrong_with_a_variable_is_told_in_the_dialects_words(Route route)
    {
        var name = Ask.NewCase("wrong");

        var answer = await _rig.App.PostAsync(route.Path(), route.Ask("fn/chat", new Script { Case = name }, false, "\"prompt_variables\":{\"topic\":1}"));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Text.Should().Contain("'prompt_variables.topic' must be a string. The prompt is 'reply@1'.");
        (await _rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(Route.Messages)]
    [InlineData(Route.Responses)]
    public async Task A_prompt_is_named_in_a_header(Route route)
    {
        var script = new Script { Case = Ask.NewCase("header"), Text = "yes" };

        var answer = await _rig.App.PostAsync(route.Path(), route.Ask("chat", script, false, "\"prompt_variables\":{\"topic\":\"t\"}"), ("x-gateway-prompt", "reply"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        Said((await _rig.Upstream.RequestAsync(script.Case!)).Json, "chat").Should().Equal("system:About t.", "user:Hello.", "assistant:Yes?", $"user:{new Directive { Script = script }}");
    }

    /// <summary>Who says what, system first, whatever the API calls it.</summary>
    private static List<string> Said(JsonElement request, string api)
    {
        var said = new List<string>();
        if (api == "messages") foreach (var block in Parts(request.GetProperty("system"))) said.Add("system:" + block);
        if (api == "responses") said.Add("system:" + request.GetProperty("instructions").GetString());
        foreach (var message in request.GetProperty(api == "responses" ? "input" : "messages").EnumerateArray())
            said.Add($"{message.GetProperty("role").GetString()}:{string.Concat(Parts(message.GetProperty("content")))}");
        return said;
    }

    private static IEnumerable<string> Parts(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? [content.GetString()!] : content.EnumerateArray().Select(static p => p.GetProperty("text").GetString()!);
}
