using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Cohere;

/// <summary>What a chat request becomes, or why it is refused.</summary>
public sealed class CohereRequestTests
{
    private const string Function = """{"type":"function","function":{"name":"f"}}""";

    private static readonly Translation Cohere = new("cohere", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("""{"stop":"END"}""", """{"stop_sequences":["END"]}""")]
    [InlineData("""{"max_tokens":7,"max_completion_tokens":9}""", """{"max_tokens":9}""")]
    [InlineData("""{"temperature":0.5,"top_p":0.9,"k":4,"seed":7}""", """{"temperature":0.5,"p":0.9,"k":4,"seed":7}""")]
    [InlineData("""{"top_k":4}""", """{"k":4}""")]
    [InlineData("""{"top_p":1}""", """{"p":0.99}""")]
    [InlineData("""{"top_p":0}""", """{"p":0.01}""")]
    [InlineData("""{"frequency_penalty":0.5,"presence_penalty":1}""", """{"frequency_penalty":0.5,"presence_penalty":1}""")]
    [InlineData("""{"n":1,"logprobs":false,"frequency_penalty":0,"logit_bias":{},"store":true,"user":"ana","metadata":{"a":"b"},"stream_options":{"include_usage":true}}""", "{}")]
    [InlineData("""{"documents":[{"id":"a","data":{"text":"b"}}],"citation_options":{"mode":"FAST"},"safety_mode":"OFF"}""", """{"documents":[{"id":"a","data":{"text":"b"}}],"citation_options":{"mode":"FAST"},"safety_mode":"OFF"}""")]
    [InlineData("""{"thinking":{"type":"enabled","token_budget":9},"reasoning_effort":"low"}""", """{"thinking":{"type":"enabled","token_budget":9}}""")]
    [InlineData("""{"reasoning_effort":"none"}""", """{"thinking":{"type":"disabled"}}""")]
    [InlineData("""{"reasoning_effort":"low"}""", """{"thinking":{"type":"enabled","token_budget":1024}}""")]
    [InlineData("""{"reasoning_effort":"high"}""", """{"thinking":{"type":"enabled"}}""")]
    [InlineData("""{"response_format":{"type":"json_object"}}""", """{"response_format":{"type":"json_object"}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""", """{"response_format":{"type":"json_object","json_schema":{"type":"object"}}}""")]
    [InlineData("""{"stream":true}""", """{"stream":true}""")]
    public void A_field_becomes(string fields, string native)
    {
        var ask = JsonNode.Parse(Cohere.Ask(Request(fields).ToJsonString()).Body.Span)!.AsObject();

        var expected = JsonNode.Parse(native)!.AsObject();
        expected["model"] = "demo";
        expected["stream"] ??= false;
        expected["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        JsonNode.DeepEquals(ask, expected).Should().BeTrue($"{ask.ToJsonString()} is to be {expected.ToJsonString()}");
    }

    [Theory]
    [InlineData("\"no such file\"", "\"Error: no such file\"")]
    [InlineData("\"Error 404\"", "\"Error 404\"")]
    [InlineData("""[{"type":"text","text":"no"}]""", """[{"type":"text","text":"Error: "},{"type":"text","text":"no"}]""")]
    public void A_tool_that_failed_says_so(string content, string native)
    {
        var request = Request("{}");
        request["messages"]!.AsArray().Add(JsonNode.Parse($$"""{"role":"tool","tool_call_id":"c","content":{{content}},"is_error":true}"""));

        JsonNode.Parse(Cohere.Ask(request.ToJsonString()).Body.Span)!["messages"]![1]!["content"]!.ToJsonString().Should().Be(native);
    }

    [Theory]
    [InlineData(Function, """{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]}""")]
    [InlineData("""{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{}}}}}""",
        """{"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{}}}}}],"strict_tools":true}""")]
    public void A_tool_becomes(string tool, string native)
    {
        var ask = JsonNode.Parse(Cohere.Ask(Request($$"""{"tools":[{{tool}}]}""").ToJsonString()).Body.Span)!.AsObject();

        foreach (var (name, value) in JsonNode.Parse(native)!.AsObject()) JsonNode.DeepEquals(ask[name], value).Should().BeTrue(ask.ToJsonString());
        ask.ContainsKey("strict_tools").Should().Be(native.Contains("strict_tools", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_client_says_of_strict_tools_counts()
    {
        var ask = JsonNode.Parse(Cohere.Ask(Request($$"""{"strict_tools":true,"tools":[{{Function}}]}""").ToJsonString()).Body.Span)!;

        ask["strict_tools"]!.GetValue<bool>().Should().BeTrue();
    }

    [Theory]
    [InlineData("\"auto\"", null, 2)]
    [InlineData("null", null, 2)]
    [InlineData("\"none\"", "NONE", 2)]
    [InlineData("\"required\"", "REQUIRED", 2)]
    [InlineData("""{"type":"function","function":{"name":"g"}}""", "REQUIRED", 1)]   // shown alone: Cohere cannot be told which
    public void A_tool_choice_becomes(string choice, string? native, int tools)
    {
        var request = Request($$$"""{"tools":[{{{Function}}},{"type":"function","function":{"name":"g"}}],"parallel_tool_calls":true}""");
        request["tool_choice"] = JsonNode.Parse(choice);

        var ask = JsonNode.Parse(Cohere.Ask(request.ToJsonString()).Body.Span)!;

        ((string?)ask["tool_choice"]).Should().Be(native);
        ask["tools"]!.AsArray().Should().HaveCount(tools);
        ((string?)ask["tools"]![tools - 1]!["function"]!["name"]).Should().Be("g");
    }

    [Fact]
    public void A_conversation_keeps_every_id_plan_thought_citation_and_document()
    {
        const string messages = """
            [{"role":"developer","content":"be brief"},{"role":"user","content":[{"type":"text","text":"weather?","cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":{"url":"https://a.example/a.png","detail":"low"}}]},
             {"role":"assistant","content":null,"tool_plan":"I look.","reasoning_content":"hm","tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{\"b\": 1.50}"}},{"id":"g_2","type":"function","function":{"name":"g","arguments":""}}]},
             {"role":"tool","tool_call_id":"g_2","content":"no"},{"role":"tool","tool_call_id":"f_1","content":[{"type":"text","text":"15"},{"type":"document","document":{"id":"d","data":{"text":"x"}}}]},
             {"role":"assistant","content":"15.","reasoning_content":"over","citations":[{"start":0,"end":2,"text":"15","sources":[]}]},{"role":"assistant","content":"see","citations":[{"type":"char_location"}]},
             {"role":"system","content":"be kind"},{"role":"assistant","content":""},{"role":"user","content":"and?"}]
            """;
        const string native = """
            [{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"weather?"},{"type":"image_url","image_url":{"url":"https://a.example/a.png","detail":"low"}}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"hm"}],"tool_plan":"I look.","tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{\"b\": 1.50}"}},{"id":"g_2","type":"function","function":{"name":"g","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"g_2","content":"no"},{"role":"tool","tool_call_id":"f_1","content":[{"type":"text","text":"15"},{"type":"document","document":{"id":"d","data":{"text":"x"}}}]},
             {"role":"assistant","content":"15.","citations":[{"start":0,"end":2,"text":"15","sources":[]}]},{"role":"assistant","content":"see"},
             {"role":"system","content":"be kind"},{"role":"user","content":"and?"}]
            """;

        var ask = JsonNode.Parse(Cohere.Ask($$"""{"model":"fast","messages":{{messages}}}""").Body.Span)!;

        JsonNode.DeepEquals(ask["messages"], JsonNode.Parse(native)).Should().BeTrue(ask["messages"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"n":2}""", "n")]
    [InlineData("""{"logprobs":true}""", "logprobs")]
    [InlineData("""{"frequency_penalty":-0.5}""", "frequency_penalty")]
    [InlineData("""{"presence_penalty":1.5}""", "presence_penalty")]
    [InlineData("""{"logit_bias":{"5":1}}""", "logit_bias")]
    [InlineData("""{"response_format":{"type":"grammar"}}""", "response_format")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}""", "parallel_tool_calls")]
    public void What_cannot_be_served_is_refused_or_left_out_and_named(string fields, string field)
    {
        var body = Encoding.UTF8.GetBytes(Request(fields).ToJsonString());

        var refused = Cohere.Translator.BuildRequest(body, Translation.Context).Error;
        var dropped = Cohere.Translator.BuildRequest(body, Translation.Context with { DropParams = true });

        refused!.Param.Should().Be(field);
        refused.Message.Should().Contain(field);
        dropped.Error.Should().BeNull();
        dropped.Value.Dropped.Should().Equal(field);
        JsonNode.Parse(dropped.Value.Body.Span)!.AsObject().ContainsKey(field).Should().BeFalse();
    }

    [Theory]
    [InlineData("messages", "[]", "messages")]
    [InlineData("messages", "[null]", "messages[0]")]
    [InlineData("messages", """[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]""", "messages[0].content[0]")]
    [InlineData("messages", """[{"role":"user","content":[{"type":"file","file":{}}]}]""", "messages[0].content[0]")]
    [InlineData("messages", """[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]""", "messages[0].content[0].image_url.url")]
    [InlineData("messages", """[{"role":"user","content":""}]""", "messages[0].content")]
    [InlineData("messages", """[{"role":"robot","content":"x"}]""", "messages[0].role")]
    [InlineData("messages", """[{"role":"tool","content":"x"}]""", "messages[0].tool_call_id")]
    [InlineData("messages", """[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("messages", """[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]""", "messages[1].tool_calls[0]")]
    [InlineData("tools", """[{"type":"web_search"}]""", "tools[0]")]
    [InlineData("tool_choice", "\"required\"", "tool_choice")]
    [InlineData("reasoning_effort", "\"huge\"", "reasoning_effort")]
    public void What_is_wrong_is_a_400_that_names_its_place(string member, string value, string field)
    {
        var request = Request("{}");
        request[member] = JsonNode.Parse(value);

        Cohere.Build(request.ToJsonString()).Error!.Param.Should().Be(field);
    }

    [Fact]
    public void A_choice_of_a_function_that_is_not_there_is_a_400() =>
        Cohere.Build(Request("""{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}}""").ToJsonString()).Error!.Param.Should().Be("tool_choice");

    private static JsonObject Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        return request;
    }
}
