using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>An answer goes to the client and comes back in its next request: what the provider gave must be what the provider gets.</summary>
public sealed class MessagesRoundTripTests
{
    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Anthropic_signed_comes_back_to_it(bool isStream)
    {
        var ask = Asked(Anthropic, Message(Anthropic, isStream, """
            [{"type":"thinking","thinking":"I \"think\"\n","signature":"c2ln+/="},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Let me see."},
             {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.50,"é":"\u00e9"}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]
            """));

        ask["messages"]![1]!["content"]!.ToJsonString().Should().Be(JsonNode.Parse("""
            [{"type":"thinking","thinking":"I \"think\"\n","signature":"c2ln+/="},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Let me see."},
             {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.50,"é":"\u00e9"}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]
            """)!.ToJsonString());
        ask["messages"]![2]!["content"]!.ToJsonString().Should().Be("""[{"type":"tool_result","tool_use_id":"toolu_1","content":"done"},{"type":"tool_result","tool_use_id":"toolu_2","content":"done"}]""");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Gemini_signed_comes_back_to_it(bool isStream)
    {
        const string parts = """
            [{"text":"I think","thought":true},{"executableCode":{"language":"PYTHON","code":"print(1)"}},{"text":"Let me see.","thoughtSignature":"dGV4dA=="},
             {"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"Y2FsbA=="},{"functionCall":{"id":"own-1","name":"g","args":{}}}]
            """;
        var answer = $$$"""{"candidates":[{"content":{"role":"model","parts":{{{parts.ReplaceLineEndings("")}}}},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7}}""";
        var message = isStream
            ? MessageSum.Of(MessagesTalk.Stream(Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes($"data: {answer}\n\n"), [5], out _))))
            : JsonNode.Parse(MessagesTalk.Reply(Gemini.Read(Encoding.UTF8.GetBytes(answer))))!.AsObject();

        var turns = Asked(Gemini, message)["contents"]!.AsArray();

        turns[1]!["parts"]!.AsArray().Select(static p => p!.ToJsonString()).Should().Equal(
            """{"executableCode":{"language":"PYTHON","code":"print(1)"}}""", """{"text":"Let me see.","thoughtSignature":"dGV4dA=="}""",
            """{"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"Y2FsbA=="}""", """{"functionCall":{"id":"own-1","name":"g","args":{}}}""");
        turns[2]!["parts"]!.AsArray().Select(static p => p!["functionResponse"]!.ToJsonString()).Should().Equal(
            """{"name":"f","response":{"output":"done"}}""", """{"id":"own-1","name":"g","response":{"output":"done"}}""");
    }

    [Fact]
    public void A_compatible_server_gets_back_what_its_own_model_gave_and_no_other()
    {
        var message = JsonNode.Parse(MessagesTalk.Reply("""
            {"choices":[{"message":{"content":null,"reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"tool_calls"}]}
            """))!.AsObject();
        var body = Next(message);

        Call(ChatReach.Compatible, Translation.Context.TargetModel).Should().Contain("\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}").And.Contain("\"reasoning_content\":\"hm\"");
        Call(ChatReach.Compatible, "another").Should().NotContain("extra_content");
        Call(ChatReach.Translated, "another").Should().Contain("thought_signature");
        Call(ChatReach.OpenAI, Translation.Context.TargetModel).Should().NotContain("extra_content").And.NotContain("hm");

        string Call(ChatReach reach, string model) =>
            Encoding.UTF8.GetString(MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context with { TargetModel = model }, MessagesTalk.Target(reach)).Value.Body.Span);
    }

    /// <summary>Whole or in pieces of any size, calls one by one or in turns: it is the same message.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_whole_reply_and_its_stream_are_the_same_message_and_come_back_as_they_were(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var said = RandomAnswer.Message(random);
            var finish = said["tool_calls"] is null ? "stop" : "tool_calls";
            var reply = JsonNode.Parse(MessagesTalk.Reply($$"""{"choices":[{"index":0,"message":{{said.ToJsonString()}},"finish_reason":"{{finish}}"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7} }"""))!.AsObject();
            var sum = MessageSum.Of(MessagesTalk.Stream(RandomAnswer.Chunks(said, finish, random)));

            sum.ToJsonString().Should().Be(reply.ToJsonString(), said.ToJsonString());
            var back = MessagesTalk.Chat(Next(reply), ChatReach.Translated)["messages"]![1]!.AsObject();
            back.ToJsonString().Should().Be(RandomAnswer.Expected(said).ToJsonString());
        }
    }

    [Fact]
    public void Long_names_of_tools_are_short_for_the_provider_and_the_clients_own_for_the_client()
    {
        var (one, other) = ("mcp__" + new string('a', 70) + "__one", "mcp__" + new string('a', 70) + "__other");
        var body = $$$"""
            {"max_tokens":9,"tools":[{"name":"{{{one}}}","input_schema":{}},{"name":"{{{other}}}","input_schema":{}},{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"{{{other}}}"},
             "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"{{{one}}}","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}
            """;

        var form = MessagesTalk.ToChat(body, ChatReach.Compatible).Value;
        var chat = JsonNode.Parse(form.Body.Span)!;
        var names = chat["tools"]!.AsArray().Select(static t => (string)t!["function"]!["name"]!).ToList();
        var context = Translation.Context with { Memory = form.Memory };
        string[] answered = [Answer(names[0]), Answer(names[1]), Answer("f"), Answer("g")];

        names.Should().OnlyHaveUniqueItems().And.OnlyContain(static n => n.Length <= 64).And.EndWith("f");
        ((string?)chat["messages"]![1]!["tool_calls"]![0]!["function"]!["name"], (string?)chat["tool_choice"]!["function"]!["name"]).Should().Be((names[0], names[1]));
        answered.Should().Equal(one, other, "f", "g");

        string Answer(string name)
        {
            var function = new JsonObject { ["name"] = name, ["arguments"] = "{}" };
            var call = $$"""{"index":0,"id":"i","type":"function","function":{{function.ToJsonString()}} }""";
            var (whole, stream) = (new System.Buffers.ArrayBufferWriter<byte>(), new System.Buffers.ArrayBufferWriter<byte>());
            MessagesTalk.Dialect.WriteReply(Encoding.UTF8.GetBytes($$"""{"choices":[{"message":{"tool_calls":[{{call}}]},"finish_reason":"tool_calls"}]}"""), context, whole).Should().BeNull();
            var writer = MessagesTalk.Dialect.OpenStream(context);
            writer.Read(Encoding.UTF8.GetBytes(MessagesTalk.Chunk($$"""{"tool_calls":[{{call}}]}""", "tool_calls")), stream);
            writer.Finish(stream);
            var said = (string)JsonNode.Parse(whole.WrittenSpan)!["content"]![0]!["name"]!;
            MessageSum.Of(Encoding.UTF8.GetString(stream.WrittenSpan))["content"]![0]!["name"]!.GetValue<string>().Should().Be(said);
            return said;
        }
    }

    private static JsonObject Message(Translation provider, bool isStream, string content)
    {
        var whole = $$"""{"id":"msg_1","type":"message","role":"assistant","content":{{content}},"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2} }""";
        if (!isStream) return JsonNode.Parse(MessagesTalk.Reply(provider.Read(Encoding.UTF8.GetBytes(whole))))!.AsObject();
        var events = new StringBuilder("""data: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}""" + "\n\n");
        foreach (var (i, block) in JsonNode.Parse(content)!.AsArray().Index()) Pieces(events, i, block!.AsObject());
        events.Append("""data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}""").Append("\n\ndata: {\"type\":\"message_stop\"}\n\n");
        return MessageSum.Of(MessagesTalk.Stream(Translation.Events(provider.Stream(Encoding.UTF8.GetBytes(events.ToString()), [7], out _))));
    }

    private static void Pieces(StringBuilder events, int index, JsonObject block)
    {
        var deltas = (string)block["type"]! switch
        {
            "thinking" => new[] { $$"""{"type":"thinking_delta","thinking":{{block["thinking"]!.ToJsonString()}}}""", $$"""{"type":"signature_delta","signature":{{block["signature"]!.ToJsonString()}}}""" },
            "text" => [$$"""{"type":"text_delta","text":{{block["text"]!.ToJsonString()}}}"""],
            "tool_use" => [$$"""{"type":"input_json_delta","partial_json":{{JsonValue.Create(block["input"]!.ToJsonString()).ToJsonString()}}}"""],
            _ => [],
        };
        foreach (var name in new[] { "thinking", "signature", "text" }) if (block[name] is not null) block[name] = "";
        if (block["input"] is not null) block["input"] = new JsonObject();
        Event($$"""{"type":"content_block_start","index":{{index}},"content_block":{{block.ToJsonString()}}}""");
        foreach (var delta in deltas) Event($$"""{"type":"content_block_delta","index":{{index}},"delta":{{delta}}}""");
        Event($$"""{"type":"content_block_stop","index":{{index}}}""");

        void Event(string json) => events.Append("data: ").Append(json).Append("\n\n");
    }

    /// <summary>What the provider is asked in the next turn.</summary>
    private static JsonObject Asked(Translation provider, JsonObject message)
    {
        var chat = MessagesTalk.Chat(Next(message), ChatReach.Translated);
        var context = Translation.Context with { TargetModel = "gemini-3-pro" };
        var built = provider.Translator.BuildRequest(Encoding.UTF8.GetBytes(chat.ToJsonString()), context);
        built.Error.Should().BeNull();
        return JsonNode.Parse(built.Value.Body.Span)!.AsObject();
    }

    /// <summary>The client's next request: the answer as it came, and what its tools came to.</summary>
    private static string Next(JsonObject message)
    {
        var results = message["content"]!.AsArray().Where(static b => (string?)b!["type"] == "tool_use")
            .Select(static b => (JsonNode)new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = b!["id"]!.DeepClone(), ["content"] = "done" });
        return new JsonObject
        {
            ["model"] = "fast",
            ["max_tokens"] = 4000,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "go" },
                new JsonObject { ["role"] = "assistant", ["content"] = message["content"]!.DeepClone() },
                new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. results.DefaultIfEmpty(new JsonObject { ["type"] = "text", ["text"] = "on" })]) }),
        }.ToJsonString();
    }
}
