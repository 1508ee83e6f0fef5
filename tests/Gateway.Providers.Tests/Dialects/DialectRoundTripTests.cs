using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>
/// An answer goes to the client and comes back in its next request: what the provider gave must be what the provider gets. Whatever the client's dialect, the model is Gemini's or Anthropic's.
/// </summary>
public abstract class DialectRoundTripTests
{
    private protected static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    private protected static readonly Translation Cohere = new("cohere", InferenceEndpoint.ChatCompletions);

    private protected static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    /// <summary>The client's answer to a whole chat reply.</summary>
    private protected abstract JsonObject Whole(string chat);

    /// <summary>The client's answer to a chat stream, added up.</summary>
    private protected abstract JsonObject Streamed(IEnumerable<string> chunks);

    /// <summary>The client's next request: all of the answer, and what its calls came to ("done"), or without any something of the user's.</summary>
    private protected abstract string Next(JsonObject answer);

    /// <summary>The chat request that it becomes.</summary>
    private protected abstract JsonObject Chat(string request, ChatReach reach, string model);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Anthropic_signed_comes_back_to_it(bool isStream)
    {
        const string blocks = """
            [{"type":"thinking","thinking":"I \"think\"\n","signature":"c2ln+/="},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Let me see."},
             {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.50,"é":"\u00e9"}},{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]
            """;

        var ask = Asked(Anthropic, isStream ? Streamed(ProviderAnswers.AnthropicChunks(blocks)) : Whole(ProviderAnswers.AnthropicReply(blocks)));

        ask["messages"]![1]!["content"]!.ToJsonString().Should().Be(JsonNode.Parse(blocks)!.ToJsonString());
        ask["messages"]![2]!["content"]!.AsArray().Select(static r => $"{r!["type"]} {r["tool_use_id"]} {r["content"]}").Should().Equal("tool_result toolu_1 done", "tool_result toolu_2 done");
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

        var turns = Asked(Gemini, OfGemini(parts, isStream))["contents"]!.AsArray();

        turns[1]!["parts"]!.AsArray().Select(static p => p!.ToJsonString()).Should().Equal(JsonNode.Parse(parts)!.AsArray().Skip(1).Select(static p => p!.ToJsonString()));
        turns[2]!["parts"]!.AsArray().Select(static p => p!["functionResponse"]!.ToJsonString()).Should().Equal(
            """{"name":"f","response":{"output":"done"}}""", """{"id":"own-1","name":"g","response":{"output":"done"}}""");
    }

    /// <summary>Each signature with the text that it was of, though that is one text for the client.</summary>
    [Theory]
    [InlineData("""[{"text":"Lét me 🙂","thoughtSignature":"QQ=="},{"text":" see.","thoughtSignature":"Qg=="},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"Qw=="}]""")]
    [InlineData("""[{"text":"Lét me 🙂","thoughtSignature":"QQ=="},{"text":" see."},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"Qw=="}]""")]
    [InlineData("""[{"text":"Let me see.","thoughtSignature":"QQ=="},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"Qw=="}]""")]
    public void Signatures_of_words_before_a_call_come_back_to_Gemini(string parts)
    {
        foreach (var isStream in (bool[])[true, false])
        {
            var turns = Asked(Gemini, OfGemini(parts, isStream))["contents"]!.AsArray();

            turns[1]!["parts"]!.AsArray().Select(static p => p!.ToJsonString()).Should().Equal(JsonNode.Parse(parts)!.AsArray().Select(static p => p!.ToJsonString()), $"stream: {isStream}");
        }
    }

    /// <summary>What Cohere plans to do with its tools is words before the calls, as other models say them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Cohere_plans_is_shown_and_comes_back_to_it(bool isStream)
    {
        const string calls = """[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{}"}}]""";
        var answer = isStream
            ? Streamed(ProviderAnswers.Chunks(Cohere, """
                {"type":"message-start","id":"1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}
                {"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will "}}}
                {"type":"tool-plan-delta","delta":{"message":{"tool_plan":"look \"it\" up."}}}
                {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"f_1","type":"function","function":{"name":"f","arguments":"{}"}}}}}
                {"type":"tool-call-end","index":0}
                {"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}
                """))
            : Whole(Cohere.Read(Encoding.UTF8.GetBytes($$"""{"message":{"role":"assistant","tool_plan":"I will look \"it\" up.","tool_calls":{{calls}} },"finish_reason":"TOOL_CALL"}""")));

        answer.ToJsonString().Should().Contain(JsonValue.Create("I will look \"it\" up.").ToJsonString());
        Asked(Cohere, answer)["messages"]![1]!.ToJsonString().Should().Be(JsonNode.Parse($$"""{"role":"assistant","tool_plan":"I will look \"it\" up.","tool_calls":{{calls}} }""")!.ToJsonString());
    }

    /// <summary>With its signature, where it has one: models of the third generation refuse to change an image without.</summary>
    [Theory]
    [InlineData(true, ",\"thoughtSignature\":\"aW1n\"")]
    [InlineData(false, ",\"thoughtSignature\":\"aW1n\"")]
    [InlineData(true, "")]
    [InlineData(false, "")]
    public void An_image_that_Gemini_made_comes_back_to_it(bool isStream, string signature)
    {
        var parts = $$$"""[{"text":"Here:"},{"inlineData":{"mimeType":"image/webp","data":"aW1hZ2U="}{{{signature}}}},{"inlineData":{"mimeType":"image/png","data":"Mg=="}}]""";

        var turn = Asked(Gemini, OfGemini(parts, isStream))["contents"]![1]!;

        ((string?)turn["role"]).Should().Be("model");
        turn["parts"]!.ToJsonString().Should().Be(JsonNode.Parse(parts)!.ToJsonString());
    }

    [Fact]
    public void An_image_goes_back_to_a_compatible_server_and_not_to_OpenAI()
    {
        const string images = """[{"type":"image_url","image_url":{"url":"data:image/png;base64,aW1n"},"extra_content":{"s":1}}]""";
        var next = Next(Whole($$$"""{"choices":[{"message":{"content":"a","images":{{{images}}}},"finish_reason":"stop"}]}"""));

        Images(ChatReach.Compatible, "demo").Should().Be(images);
        Images(ChatReach.Compatible, "another").Should().Be(images.Replace(",\"extra_content\":{\"s\":1}", "", StringComparison.Ordinal));
        Images(ChatReach.OpenAI, "demo").Should().BeNull();

        string? Images(ChatReach reach, string model) => Chat(next, reach, model)["messages"]![1]!["images"]?.ToJsonString();
    }

    [Fact]
    public void A_compatible_server_gets_back_what_its_own_model_gave_and_no_other()
    {
        var next = Next(Whole("""
            {"choices":[{"message":{"content":null,"reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"tool_calls"}]}
            """));

        Sent(ChatReach.Compatible, "demo").Should().Contain("\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}").And.Contain("\"reasoning_content\":\"hm\"");
        Sent(ChatReach.Compatible, "another").Should().NotContain("extra_content");
        Sent(ChatReach.Translated, "another").Should().Contain("thought_signature");
        Sent(ChatReach.OpenAI, "demo").Should().NotContain("extra_content").And.NotContain("hm");

        string Sent(ChatReach reach, string model) => Chat(next, reach, model).ToJsonString();
    }

    /// <summary>OpenRouter's: Claude's signatures and Gemini's encrypted thoughts, without which these models refuse the next turn of a tool loop.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reasoning_details_go_back_to_the_model_that_gave_them(bool isStream)
    {
        const string details = """
            [{"type":"reasoning.text","format":"anthropic-claude-v1","index":0,"signature":"SIG","text":"I think"},{"type":"reasoning.encrypted","data":"ENC","id":"c1","index":1},{"type":"reasoning.encrypted","data":"E2","id":"c2","index":1}]
            """;
        const string call = """[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]""";
        var next = Next(isStream
            ? Streamed(
            [
                MessagesTalk.Chunk("""{"reasoning":"I ","reasoning_details":[{"type":"reasoning.text","format":"anthropic-claude-v1","index":0,"signature":null,"text":"I "}]}"""),
                MessagesTalk.Chunk("""{"reasoning":"think","reasoning_details":[{"type":"reasoning.text","format":"anthropic-claude-v1","index":0,"text":"think"}]}"""),
                MessagesTalk.Chunk("""{"content":"","reasoning_details":[{"type":"reasoning.text","format":"anthropic-claude-v1","index":0,"signature":"SIG"}]}"""),
                MessagesTalk.Chunk("""{"content":"Let me see."}"""),
                MessagesTalk.Chunk($$$"""{"tool_calls":{{{call}}}}"""),
                MessagesTalk.Chunk("""{"reasoning_details":[{"type":"reasoning.encrypted","data":"ENC","id":"c1","index":1},{"type":"reasoning.encrypted","data":"E2","id":"c2","index":1}]}""", "tool_calls"),
            ])
            : Whole($$$"""{"choices":[{"message":{"content":"Let me see.","reasoning":"I think","reasoning_details":{{{details}}},"tool_calls":{{{call}}}},"finish_reason":"tool_calls"}]}"""));

        JsonNode.Parse(Sent(ChatReach.Compatible, "demo")!)!.AsArray().Select(static d => d!.ToJsonString()).Should().Equal(JsonNode.Parse(details)!.AsArray().Select(static d => d!.ToJsonString()));
        Sent(ChatReach.Compatible, "another").Should().BeNull();
        Sent(ChatReach.OpenAI, "demo").Should().BeNull();
        Sent(ChatReach.Translated, "demo").Should().BeNull();

        string? Sent(ChatReach reach, string model) => Chat(next, reach, model)["messages"]![1]!["reasoning_details"]?.ToJsonString();
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
            var whole = Whole($$"""{"choices":[{"index":0,"message":{{said.ToJsonString()}},"finish_reason":"{{finish}}"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7} }""");
            var streamed = Streamed(RandomAnswer.Chunks(said, finish, random));

            foreach (var answer in new[] { whole, streamed })
            {
                var back = Chat(Next(answer), ChatReach.Translated, "demo")["messages"]![1]!;
                JsonNode.DeepEquals(back, RandomAnswer.Expected(said)).Should().BeTrue($"{back.ToJsonString()} is to be {RandomAnswer.Expected(said).ToJsonString()}");
            }

            Compare(whole, streamed);
        }
    }

    /// <summary>As far as the dialect has them alike.</summary>
    private protected virtual void Compare(JsonObject whole, JsonObject streamed)
    {
    }

    private protected JsonObject OfGemini(string parts, bool isStream) => isStream ? Streamed(ProviderAnswers.GeminiChunks(parts)) : Whole(ProviderAnswers.GeminiReply(parts));

    /// <summary>What the provider is asked in the next turn.</summary>
    private protected JsonObject Asked(Translation provider, JsonObject answer, Func<string, string>? change = null)
    {
        var next = Next(answer);
        var chat = Chat(change is null ? next : change(next), ChatReach.Translated, "demo");
        var built = provider.Translator.BuildRequest(Encoding.UTF8.GetBytes(chat.ToJsonString()), Translation.Context with { TargetModel = "gemini-3-pro" });
        built.Error.Should().BeNull();
        return JsonNode.Parse(built.Value.Body.Span)!.AsObject();
    }
}
