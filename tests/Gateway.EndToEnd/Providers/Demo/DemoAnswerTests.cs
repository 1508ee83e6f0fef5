using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Providers;
using Gateway.Providers.Demo.Upstreams;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary>What an application gets from every kind of provider, all of them played by <c>Gateway demo</c>.</summary>
public sealed class DemoAnswerTests(DemoRig rig) : IClassFixture<DemoRig>
{
    private const string Tools = """
        [{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},
        {"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{"zone":{"type":"string"}},"required":["zone"]}}}]
        """;

    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task A_chat_and_its_stream_say_the_same_and_their_usage_is_known(string kind)
    {
        var user = Guid.NewGuid().ToString();
        var from = DateTimeOffset.UtcNow.AddMinutes(-1);
        var body = Body(kind, "Hello there");

        var whole = await rig.App.ChatAsync(body, ("x-gateway-user", user));
        var stream = await rig.App.StreamAsync(Streamed(body), headers: ("x-gateway-user", user));

        whole.Status.Should().Be(HttpStatusCode.OK, whole.Text);
        whole.Content.Should().Contain("Hello there");
        stream.Content.Should().Be(whole.Content);
        stream.Done.Should().BeTrue();
        stream.FinishReasons.Should().Equal("stop");
        stream.Usages[^1].GetProperty("completion_tokens").GetInt64().Should().Be(whole.Json.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
        var rows = await rig.Gateway.RowsOfAsync(user, 2, from);
        rows.Should().OnlyContain(static r => r.UsageSource == "exact" && r.Input == 3 && r.Output > 20);
    }

    /// <summary>Two turns with the provider's signatures in between, where it has any: those that were lost on the way are refused.</summary>
    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task Tools_are_called_and_their_results_read_with_what_was_thought_before(string kind)
    {
        var request = JsonNode.Parse(Body(kind, "What do get_weather and get_time say about Paris?"))!.AsObject();
        request["tools"] = JsonNode.Parse(Tools);
        request["reasoning_effort"] = kind == "mistral" ? "high" : "medium";
        request["max_completion_tokens"] = 4000;

        var first = await rig.App.ChatAsync(request.ToJsonString());

        first.Status.Should().Be(HttpStatusCode.OK, first.Text);
        var message = first.Json.GetProperty("choices")[0].GetProperty("message");
        var calls = message.GetProperty("tool_calls").EnumerateArray().ToList();
        calls.Select(static c => c.GetProperty("function").GetProperty("name").GetString()).Should().Equal("get_weather", "get_time");
        var messages = request["messages"]!.AsArray();
        messages.Add(JsonNode.Parse(message.GetRawText()));
        foreach (var (i, call) in calls.Index())
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = call.GetProperty("id").GetString(), ["content"] = $"result {i}" });

        var second = await rig.App.ChatAsync(request.ToJsonString());

        second.Status.Should().Be(HttpStatusCode.OK, second.Text);
        second.Content.Should().Contain("get_weather answered “result 0”").And.Contain("get_time answered “result 1”");
        await RefusesAnotherSignatureAsync(request, message);
    }

    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task A_schema_is_filled(string kind)
    {
        var request = JsonNode.Parse(Body(kind, "Tell me about Paris"))!.AsObject();
        request["response_format"] = JsonNode.Parse(
            """{"type":"json_schema","json_schema":{"name":"city","schema":{"type":"object","properties":{"city":{"type":"string"},"size":{"type":"integer"}},"required":["city","size"],"additionalProperties":false}}}""");

        var answer = await rig.App.ChatAsync(request.ToJsonString());

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        using var filled = JsonDocument.Parse(answer.Content);
        filled.RootElement.GetProperty("city").GetString().Should().Be("Paris");
        filled.RootElement.GetProperty("size").ValueKind.Should().Be(JsonValueKind.Number);
    }

    [Theory]
    [MemberData(nameof(DemoKinds.Embedding), MemberType = typeof(DemoKinds))]
    public async Task Texts_are_embedded(string kind)
    {
        var answer = await rig.App.PostAsync("/v1/embeddings", $$"""{"model":"{{DemoRig.Model(kind)}}","input":["a cat","a dog"],"dimensions":32}""");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("data").EnumerateArray().Select(static d => d.GetProperty("embedding").GetArrayLength()).Should().Equal(32, 32);
        answer.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().Should().Be(4);
    }

    private static string Body(string kind, string text) => new JsonObject
    {
        ["model"] = DemoRig.Model(kind),
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
    }.ToJsonString();

    private static string Streamed(string body)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        request["stream"] = true;
        request["stream_options"] = new JsonObject { ["include_usage"] = true };
        return request.ToJsonString();
    }

    private async Task RefusesAnotherSignatureAsync(JsonObject request, JsonElement message)
    {
        var signature = Signature(message);
        if (signature is null) return;
        var changed = await rig.App.ChatAsync(request.ToJsonString().Replace(JsonSerializer.Serialize(signature), "\"AAAA\"", StringComparison.Ordinal));
        changed.Status.Should().Be(HttpStatusCode.BadRequest, changed.Text);
        changed.Error.GetProperty("message").GetString().Should().Contain("signature");
    }

    private static string? Signature(JsonElement message)
    {
        if (message.TryGetProperty("thinking_blocks", out var blocks)) return blocks[0].GetProperty("signature").GetString();
        var call = message.GetProperty("tool_calls")[0];
        return call.TryGetProperty("extra_content", out var extra) ? extra.GetProperty("google").GetProperty("thought_signature").GetString() : null;
    }
}

/// <summary>The kinds of provider that the demo plays.</summary>
public static class DemoKinds
{
    public static IReadOnlyList<string> Names { get; } = [.. DemoUpstreams.Places.Select(static p => p.Kind).Where(static k => ProviderCatalog.All.Any(p => p.Manifest.Kind == k))];

    public static TheoryData<string> All => [.. Names];

    public static TheoryData<string> Embedding => [.. Names.Where(static k => k is not ("anthropic" or "bedrock"))];
}
