using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>An answer goes to the client and comes back in its next request: what the provider gave must be what the provider gets.</summary>
public sealed class ResponsesRoundTripTests
{
    private const string Request = """{"model":"fast","input":"go"}""";

    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Anthropic_signed_comes_back_to_it(bool isStream)
    {
        const string blocks = """
            [{"type":"thinking","thinking":"I \"think\"\n","signature":"c2ln+/="},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Let me see."},
             {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.50,"é":"\u00e9"}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]
            """;
        var chat = $$"""{"content":{{blocks}},"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2} }""";

        var ask = Asked(Anthropic, isStream ? Streamed(Anthropic, AnthropicEvents(blocks)) : Whole(Anthropic, chat));

        ask["messages"]![1]!["content"]!.ToJsonString().Should().Be(JsonNode.Parse(blocks)!.ToJsonString());
        ask["messages"]![2]!["content"]!.AsArray().Select(static r => $"{r!["tool_use_id"]} {r["content"]}").Should().Equal("toolu_1 done", "toolu_2 done");
    }

    /// <summary>Clients that believe in a store send the id of a reasoning item alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Gemini_signed_of_a_call_comes_back_to_it_in_a_reference(bool isStream)
    {
        const string parts = """[{"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"Y2FsbA=="},{"functionCall":{"id":"own-1","name":"g","args":{}}}]""";
        const string answer = $$"""{"candidates":[{"content":{"role":"model","parts":{{parts}} },"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7} }""";

        var response = isStream ? Streamed(Gemini, $"data: {answer}\n\n") : Whole(Gemini, answer);
        var turn = Asked(Gemini, response, byReference: true)["contents"]![1]!;

        response["output"]!.AsArray().Count(static i => (string?)i!["type"] == "reasoning").Should().BePositive();
        turn["parts"]!.ToJsonString().Should().Be(JsonNode.Parse(parts)!.ToJsonString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Gemini_signed_comes_back_to_it(bool isStream)
    {
        const string parts = """[{"text":"I think","thought":true},{"executableCode":{"language":"PYTHON","code":"print(1)"}},{"text":"Let me see.","thoughtSignature":"dGV4dA=="},{"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"Y2FsbA=="},{"functionCall":{"id":"own-1","name":"g","args":{}}}]""";
        const string answer = $$"""{"candidates":[{"content":{"role":"model","parts":{{parts}} },"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7} }""";

        var turns = Asked(Gemini, isStream ? Streamed(Gemini, $"data: {answer}\n\n") : Whole(Gemini, answer))["contents"]!.AsArray();

        turns[1]!["parts"]!.AsArray().Select(static p => p!.ToJsonString()).Should().Equal(JsonNode.Parse(parts)!.AsArray().Skip(1).Select(static p => p!.ToJsonString()));
        turns[2]!["parts"]!.AsArray().Select(static p => p!["functionResponse"]!.ToJsonString()).Should().Equal(
            """{"name":"f","response":{"output":"done"}}""", """{"id":"own-1","name":"g","response":{"output":"done"}}""");
    }

    [Fact]
    public void A_compatible_server_gets_back_what_its_own_model_gave_and_no_other()
    {
        var response = JsonNode.Parse(ResponsesForms.Reply("""
            {"choices":[{"message":{"content":null,"reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"tool_calls"}]}
            """))!;
        var body = Encoding.UTF8.GetBytes(ResponsesForms.Next(Request, response));

        Call(ResponsesForms.Compatible, "demo").Should().Contain("\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}").And.Contain("\"reasoning_content\":\"hm\"");
        Call(ResponsesForms.Compatible, "another").Should().NotContain("extra_content");
        Call(ResponsesForms.Translated, "another").Should().Contain("thought_signature");
        Call(ResponsesForms.OpenAI, "demo").Should().NotContain("extra_content").And.NotContain("hm");

        string Call(ChatTarget target, string model) => Encoding.UTF8.GetString(ResponsesForms.Dialect.ToChat(body, ResponsesForms.Context with { TargetModel = model }, target).Value.Body.Span);
    }

    [Fact]
    public void A_call_of_a_custom_tool_comes_back_as_it_was()
    {
        const string text = "*** Begin Patch\n+a \"b\" \\ é🙂\n";
        var request = $$"""{"input":"go","tools":[{"type":"custom","name":"apply_patch"}]}""";
        var arguments = new JsonObject { ["input"] = text }.ToJsonString();
        var memory = ResponsesForms.ToChat(request, ResponsesForms.Translated).Value.Memory;
        var chunk = new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["delta"] = new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["id"] = "c", ["function"] = new JsonObject { ["name"] = "apply_patch", ["arguments"] = arguments } }) } }) };

        var response = ResponsesForms.Last(ResponsesForms.Stream([chunk.ToJsonString()], memory));

        ((string?)response["output"]![0]!["input"]).Should().Be(text);
        var call = ResponsesForms.Chat(ResponsesForms.Next(request, response), ResponsesForms.OpenAI)["messages"]![1]!["tool_calls"]![0]!;
        JsonNode.DeepEquals(JsonNode.Parse((string)call["function"]!["arguments"]!), JsonNode.Parse(arguments)).Should().BeTrue(call.ToJsonString());
    }

    /// <summary>Whole or in pieces of any size, calls one by one or in turns: it is the same answer, and comes back as it was.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_whole_reply_and_its_stream_come_back_as_they_were(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var said = RandomAnswer.Message(random);
            var finish = said["tool_calls"] is null ? "stop" : "tool_calls";
            var reply = JsonNode.Parse(ResponsesForms.Reply($$"""{"choices":[{"index":0,"message":{{said.ToJsonString()}},"finish_reason":"{{finish}}"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7} }"""))!;
            var events = ResponsesForms.Stream(RandomAnswer.Chunks(said, finish, random));
            ResponsesOracle.Check(events);

            foreach (var answer in new[] { reply, ResponsesForms.Last(events) })
            {
                var back = ResponsesForms.Chat(ResponsesForms.Next(Request, answer), ResponsesForms.Translated with { TakesReasoning = true })["messages"]![1]!;
                JsonNode.DeepEquals(back, RandomAnswer.Expected(said)).Should().BeTrue($"{back.ToJsonString()} is to be {RandomAnswer.Expected(said).ToJsonString()}");
            }
        }
    }

    [Theory]
    [InlineData("gAAAAABqhb-sjhf0")]
    [InlineData("gateway.")]
    [InlineData("gateway.!!")]
    [InlineData("gateway.eyJ2IjoyLCJ0aGlua2luZ19ibG9ja3MiOlt7fV19")]   // a version 2
    [InlineData("gateway.eyJ2IjoxLCJ0aGlua2luZ19ibG9ja3MiOnt9LCJwcm92aWRlcl9ibG9ja3MiOjUsImV4dHJhX2NvbnRlbnQiOiJ4In0")]   // other types than ours
    public void Encrypted_thoughts_of_others_are_left_out(string encrypted)
    {
        var body = $$"""{"input":[{"role":"user","content":"go"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{encrypted}}"},{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}""";

        var message = ResponsesForms.Chat(body, ResponsesForms.Translated)["messages"]![1]!;

        message.ToJsonString().Should().Be("""{"role":"assistant","content":"a"}""");
    }

    private static JsonNode Whole(Translation provider, string answer) => JsonNode.Parse(ResponsesForms.Reply(provider.Read(Encoding.UTF8.GetBytes(answer))))!;

    private static JsonObject Streamed(Translation provider, string upstream)
    {
        var events = ResponsesForms.Stream(Translation.Events(provider.Stream(Encoding.UTF8.GetBytes(upstream), [7], out _)));
        ResponsesOracle.Check(events);
        return ResponsesForms.Last(events);
    }

    /// <summary>What the provider is asked in the next turn, in which the client has answered all calls.</summary>
    private static JsonObject Asked(Translation provider, JsonNode response, bool byReference = false)
    {
        string[] results = [.. response["output"]!.AsArray().Where(static i => (string?)i!["type"] == "function_call").Select(static i => $$"""{"type":"function_call_output","call_id":{{i!["call_id"]!.ToJsonString()}},"output":"done"}""")];
        var next = JsonNode.Parse(ResponsesForms.Next(Request, response, results))!;
        foreach (var thought in next["input"]!.AsArray().Where(i => byReference && (string?)i!["type"] == "reasoning").ToList())
            thought!.ReplaceWith(new JsonObject { ["type"] = "item_reference", ["id"] = (string?)thought["id"] });
        var chat = ResponsesForms.Chat(next.ToJsonString(), ResponsesForms.Translated);
        var built = provider.Translator.BuildRequest(Encoding.UTF8.GetBytes(chat.ToJsonString()), Translation.Context with { TargetModel = "gemini-3-pro" });
        built.Error.Should().BeNull();
        return JsonNode.Parse(built.Value.Body.Span)!.AsObject();
    }

    private static string AnthropicEvents(string blocks)
    {
        var events = new StringBuilder();
        Event("""{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}""");
        foreach (var (i, block) in JsonNode.Parse(blocks)!.AsArray().Index())
        {
            var deltas = (string)block!["type"]! switch
            {
                "thinking" => new[] { $$"""{"type":"thinking_delta","thinking":{{block["thinking"]!.ToJsonString()}}}""", $$"""{"type":"signature_delta","signature":{{block["signature"]!.ToJsonString()}}}""" },
                "text" => [$$"""{"type":"text_delta","text":{{block["text"]!.ToJsonString()}}}"""],
                "tool_use" => [$$"""{"type":"input_json_delta","partial_json":{{JsonValue.Create(block["input"]!.ToJsonString()).ToJsonString()}}}"""],
                _ => [],
            };
            foreach (var name in new[] { "thinking", "signature", "text" }) if (block[name] is not null) block[name] = "";
            if (block["input"] is not null) block["input"] = new JsonObject();
            Event($$"""{"type":"content_block_start","index":{{i}},"content_block":{{block.ToJsonString()}}}""");
            foreach (var delta in deltas) Event($$"""{"type":"content_block_delta","index":{{i}},"delta":{{delta}}}""");
            Event($$"""{"type":"content_block_stop","index":{{i}}}""");
        }

        Event("""{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}""");
        Event("""{"type":"message_stop"}""");
        return events.ToString();

        void Event(string json) => events.Append("data: ").Append(json).Append("\n\n");
    }
}
