using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Ollama;

/// <summary>What a chat request becomes, or why it is refused.</summary>
public sealed class OllamaRequestTests
{
    private static readonly Translation Ollama = new("ollama", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("""{"stop":"END","max_tokens":7,"max_completion_tokens":9}""", """{"options":{"num_predict":9,"stop":["END"]}}""")]
    [InlineData("""{"temperature":0.5,"top_p":0.9,"seed":7,"frequency_penalty":-0.5,"presence_penalty":1}""", """{"options":{"temperature":0.5,"top_p":0.9,"seed":7,"frequency_penalty":-0.5,"presence_penalty":1}}""")]
    [InlineData("""{"temperature":0.5,"options":{"temperature":1,"num_ctx":8192,"seed":3}}""", """{"options":{"num_ctx":8192,"seed":3,"temperature":1}}""")]
    [InlineData("""{"temperature":0.9,"top_p":1,"seed":1,"stop":"a","frequency_penalty":1,"options":{"temperature":0.2,"top_p":0.5,"seed":2,"stop":["b"],"frequency_penalty":2}}""",
        """{"options":{"temperature":0.2,"top_p":0.5,"seed":2,"stop":["b"],"frequency_penalty":2}}""")]
    [InlineData("""{"options":{"num_predict":20}}""", """{"options":{"num_predict":20}}""")]
    [InlineData("""{"max_tokens":4096,"options":{"num_predict":20}}""", """{"options":{"num_predict":20}}""")]
    [InlineData("""{"max_tokens":10,"options":{"num_predict":100000}}""", """{"options":{"num_predict":10}}""")]
    [InlineData("""{"options":{"num_ctx":8192},"keep_alive":"5m"}""", """{"options":{"num_ctx":8192},"keep_alive":"5m"}""")]
    [InlineData("""{"options":null,"n":1,"logprobs":false,"frequency_penalty":0,"logit_bias":{},"store":true,"user":"ana"}""", "{}")]
    [InlineData("""{"top_k":4,"options":{"top_k":3,"num_ctx":1}}""", """{"options":{"num_ctx":1,"top_k":3}}""")]
    [InlineData("""{"response_format":{"type":"json_object"}}""", """{"format":"json"}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""", """{"format":{"type":"object"}}""")]
    [InlineData("""{"reasoning_effort":"none"}""", """{"think":false}""")]
    [InlineData("""{"reasoning_effort":"minimal"}""", """{"think":"low"}""")]
    [InlineData("""{"reasoning_effort":"high"}""", """{"think":"high"}""")]
    [InlineData("""{"reasoning_effort":"xhigh"}""", """{"think":"max"}""")]
    [InlineData("""{"reasoning_effort":"high","think":false}""", """{"think":false}""")]
    [InlineData("""{"stream":true,"stream_options":{"include_usage":true}}""", """{"stream":true}""")]
    public void A_field_becomes(string fields, string native)
    {
        var ask = JsonNode.Parse(Ollama.Ask(Request(fields).ToJsonString()).Body.Span)!.AsObject();

        var expected = JsonNode.Parse(native)!.AsObject();
        expected["model"] = "demo";
        expected["stream"] ??= false;
        expected["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        JsonNode.DeepEquals(ask, expected).Should().BeTrue($"{ask.ToJsonString()} is to be {expected.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"role":"system","content":[{"type":"text","text":"be nice"},{"type":"text","text":""},{"type":"text","text":"x"}]}""", "be nice\nx")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"look"},{"type":"text","text":"Document: T"},{"type":"text","text":"plain"}]}""", "look\nDocument: T\nplain")]
    public void Texts_of_a_message_are_lines_of_one(string message, string said)
    {
        var request = Request("{}");
        request["messages"]!.AsArray().Add(JsonNode.Parse(message));

        ((string?)JsonNode.Parse(Ollama.Ask(request.ToJsonString()).Body.Span)!["messages"]![1]!["content"]).Should().Be(said);
    }

    [Theory]
    [InlineData("\"no such file\"", "Error: no such file")]
    [InlineData("""[{"type":"text","text":"error 404"}]""", "error 404")]
    public void A_tool_that_failed_says_so(string content, string said)
    {
        var request = Request("{}");
        request["messages"]!.AsArray().Add(JsonNode.Parse($$"""{"role":"tool","tool_call_id":"c","content":{{content}},"is_error":true}"""));

        ((string?)JsonNode.Parse(Ollama.Ask(request.ToJsonString()).Body.Span)!["messages"]![1]!["content"]).Should().Be(said);
    }

    [Theory]
    [InlineData("\"auto\"", true)]
    [InlineData("null", true)]
    [InlineData("\"none\"", false)]   // what is not shown is not called
    public void A_tool_choice_becomes(string choice, bool shown)
    {
        var request = Request("""{"tools":[{"type":"function","function":{"name":"f","strict":true}}]}""");
        request["tool_choice"] = JsonNode.Parse(choice);

        var built = Ollama.Ask(request.ToJsonString());

        var ask = JsonNode.Parse(built.Body.Span)!;
        JsonNode.DeepEquals(ask["tools"], shown ? JsonNode.Parse("""[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]""") : null).Should().BeTrue(ask.ToJsonString());
        built.Dropped.Should().Equal(shown ? ["tools[0].function.strict"] : []);
    }

    [Fact]
    public void A_conversation_keeps_thoughts_images_and_which_result_belongs_to_which_call()
    {
        const string messages = """
            [{"role":"developer","content":"be brief"},{"role":"user","content":[{"type":"text","text":"weather "},{"type":"text","text":"there?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
             {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"b\": 1.50}"}},{"id":"b","type":"function","function":{"name":"f","arguments":""}},{"id":"c","type":"function","function":{"name":"g","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":"3"},{"role":"tool","tool_call_id":"?","content":"4"},{"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"}]},{"role":"tool","tool_call_id":"a","content":"1"},{"role":"user","content":"and?"}]
            """;
        const string native = """
            [{"role":"system","content":"be brief"},{"role":"user","content":"weather there?","images":["AAAA"]},
             {"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"b":1.50}}},{"function":{"name":"f","arguments":{}}},{"function":{"name":"g","arguments":{}}}]},
             {"role":"tool","content":"1","tool_name":"f"},{"role":"tool","content":"2","tool_name":"f"},{"role":"tool","content":"3","tool_name":"g"},{"role":"tool","content":"4"},{"role":"user","content":"and?"}]
            """;

        var ask = JsonNode.Parse(Ollama.Ask($$"""{"model":"fast","messages":{{messages}}}""").Body.Span)!;

        JsonNode.DeepEquals(ask["messages"], JsonNode.Parse(native)).Should().BeTrue(ask["messages"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"n":2}""", "n")]
    [InlineData("""{"logprobs":true}""", "logprobs")]
    [InlineData("""{"logit_bias":{"5":1}}""", "logit_bias")]
    [InlineData("""{"response_format":{"type":"grammar"}}""", "response_format")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}""", "parallel_tool_calls")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""", "tool_choice")]
    public void What_cannot_be_served_is_refused_or_left_out_and_named(string fields, string field)
    {
        var body = Encoding.UTF8.GetBytes(Request(fields).ToJsonString());

        var refused = Ollama.Translator.BuildRequest(body, Translation.Context).Error;
        var dropped = Ollama.Translator.BuildRequest(body, Translation.Context with { DropParams = true });

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
    [InlineData("messages", """[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/a.png"}}]}]""", "messages[0].content[0].image_url.url")]
    [InlineData("messages", """[{"role":"user","content":""}]""", "messages[0].content")]
    [InlineData("messages", """[{"role":"robot","content":"x"}]""", "messages[0].role")]
    [InlineData("messages", """[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("messages", """[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a"}]}]""", "messages[1].tool_calls[0]")]
    [InlineData("tools", """[{"type":"web_search"}]""", "tools[0]")]
    [InlineData("tool_choice", "\"required\"", "tool_choice")]
    [InlineData("reasoning_effort", "\"huge\"", "reasoning_effort")]
    [InlineData("options", "5", "options")]
    public void What_is_wrong_is_a_400_that_names_its_place(string member, string value, string field)
    {
        var request = Request("{}");
        request[member] = JsonNode.Parse(value);

        Ollama.Build(request.ToJsonString()).Error!.Param.Should().Be(field);
    }

    private static JsonObject Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        return request;
    }
}
