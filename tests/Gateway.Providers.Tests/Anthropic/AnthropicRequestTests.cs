using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>What a chat request becomes, or why it is refused.</summary>
public sealed class AnthropicRequestTests
{
    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("""{"stop":"END"}""", """{"stop_sequences":["END"]}""")]
    [InlineData("""{"max_tokens":7,"max_completion_tokens":9}""", """{"max_tokens":9}""")]
    [InlineData("""{"temperature":0.5,"top_p":0.9,"top_k":4}""", """{"temperature":0.5,"top_p":0.9,"top_k":4}""")]
    [InlineData("""{"user":"ana"}""", """{"metadata":{"user_id":"ana"}}""")]
    [InlineData("""{"service_tier":"default"}""", """{"service_tier":"standard_only"}""")]
    [InlineData("""{"n":1,"logprobs":false,"frequency_penalty":0,"logit_bias":{},"store":true,"metadata":{"a":"b"},"seed":null}""", "{}")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":2000}}""", """{"thinking":{"type":"enabled","budget_tokens":2000}}""")]
    [InlineData("""{"reasoning_effort":"none"}""", """{"thinking":{"type":"disabled"}}""")]
    [InlineData("""{"reasoning_effort":"medium","max_tokens":10000}""", """{"max_tokens":10000,"thinking":{"type":"enabled","budget_tokens":5000}}""")]
    [InlineData("""{"reasoning_effort":"low","max_tokens":1100}""", """{"max_tokens":1100,"thinking":{"type":"enabled","budget_tokens":1024}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""", """{"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}""")]
    public void A_field_becomes(string fields, string native)
    {
        var request = Request(fields);

        var ask = JsonNode.Parse(Anthropic.Ask(request.ToJsonString()).Body.Span)!.AsObject();

        var expected = JsonNode.Parse(native)!.AsObject();
        expected["model"] = "demo";
        expected["max_tokens"] ??= 4096;
        expected["messages"] = JsonNode.Parse("""[{"role":"user","content":[{"type":"text","text":"hi"}]}]""");
        JsonNode.DeepEquals(ask, expected).Should().BeTrue($"{ask.ToJsonString()} is to be {expected.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"name":"f","input_schema":{"type":"object","properties":{}}}""")]
    [InlineData("""{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{}}}},"cache_control":{"type":"ephemeral"}}""",
        """{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{}}},"strict":true,"cache_control":{"type":"ephemeral"}}""")]
    [InlineData("""{"type":"web_search_20250305","name":"web_search","max_uses":3}""", """{"type":"web_search_20250305","name":"web_search","max_uses":3}""")]
    public void A_tool_becomes(string tool, string native)
    {
        var ask = JsonNode.Parse(Anthropic.Ask(Request($$"""{"tools":[{{tool}}]}""").ToJsonString()).Body.Span)!;

        JsonNode.DeepEquals(ask["tools"]![0], JsonNode.Parse(native)).Should().BeTrue(ask["tools"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"auto\"", null, """{"type":"auto"}""")]
    [InlineData("\"none\"", false, """{"type":"none"}""")]
    [InlineData("\"required\"", null, """{"type":"any"}""")]
    [InlineData("\"required\"", false, """{"type":"any","disable_parallel_tool_use":true}""")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", true, """{"type":"tool","name":"f"}""")]
    [InlineData("null", false, """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData("null", null, null)]
    public void A_tool_choice_becomes(string choice, bool? parallel, string? native)
    {
        var request = Request("""{"tools":[{"type":"function","function":{"name":"f"}}]}""");
        request["tool_choice"] = JsonNode.Parse(choice);
        request["parallel_tool_calls"] = parallel;

        var ask = JsonNode.Parse(Anthropic.Ask(request.ToJsonString()).Body.Span)!;

        JsonNode.DeepEquals(ask["tool_choice"], native is null ? null : JsonNode.Parse(native)).Should().BeTrue(ask.ToJsonString());
    }

    [Fact]
    public void A_conversation_keeps_every_id_argument_and_signature()
    {
        const string messages = """
            [{"role":"developer","content":"be brief","cache_control":{"type":"ephemeral"}},{"role":"user","content":[{"type":"text","text":"weather?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
             {"role":"assistant","content":null,"thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"x"}],
              "tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{\"b\": 1.50}"}},{"id":"call:2|x","type":"function","function":{"name":"g","arguments":""}}]},
             {"role":"tool","tool_call_id":"call:2|x","content":"no"},{"role":"tool","tool_call_id":"toolu_1","content":[{"type":"text","text":"15"}]},{"role":"user","content":"and?"}]
            """;
        const string native = """
            {"system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":[{"type":"text","text":"weather?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"x"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"b":1.50}},{"type":"tool_use","id":"call_2_x","name":"g","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_2_x","content":"no"},{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"15"}]},{"type":"text","text":"and?"}]}]}
            """;

        var ask = JsonNode.Parse(Anthropic.Ask($$"""{"model":"fast","messages":{{messages}}}""").Body.Span)!;

        var expected = JsonNode.Parse(native)!;
        JsonNode.DeepEquals(ask["system"], expected["system"]).Should().BeTrue(ask["system"]?.ToJsonString());
        JsonNode.DeepEquals(ask["messages"], expected["messages"]).Should().BeTrue(ask["messages"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"n":2}""", "n")]
    [InlineData("""{"seed":4}""", "seed")]
    [InlineData("""{"logprobs":true}""", "logprobs")]
    [InlineData("""{"frequency_penalty":0.5}""", "frequency_penalty")]
    [InlineData("""{"response_format":{"type":"json_object"}}""", "response_format")]
    [InlineData("""{"reasoning_effort":"high","max_tokens":100}""", "reasoning_effort")]
    [InlineData("""{"service_tier":"flex"}""", "service_tier")]
    [InlineData("""{"modalities":["text","audio"]}""", "modalities")]
    public void What_cannot_be_served_is_refused_or_left_out_and_named(string fields, string field)
    {
        var body = Encoding.UTF8.GetBytes(Request(fields).ToJsonString());

        var refused = Anthropic.Translator.BuildRequest(body, Translation.Context).Error;
        var dropped = Anthropic.Translator.BuildRequest(body, Translation.Context with { DropParams = true });

        refused!.Param.Should().Be(field);
        refused.Message.Should().Contain(field);
        dropped.Error.Should().BeNull();
        dropped.Value.Dropped.Should().Equal(field);
        JsonNode.Parse(dropped.Value.Body.Span)!.AsObject().ContainsKey(field).Should().BeFalse();
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]""", "messages[0].content[0]")]
    [InlineData("""[{"role":"user","content":""}]""", "messages[0].content")]
    [InlineData("""[{"role":"robot","content":"x"}]""", "messages[0].role")]
    [InlineData("""[{"role":"system","content":"x"}]""", "messages")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,AAAA"}}]}]""", "messages[0].content[0].image_url.url")]
    public void What_is_wrong_is_a_400_that_names_its_place(string messages, string field) =>
        Anthropic.Build($$"""{"model":"fast","messages":{{messages}}}""").Error!.Param.Should().Be(field);

    [Fact]
    public void Thinking_is_left_out_where_the_turn_under_way_was_not_signed()
    {
        var asked = Anthropic.Ask("""
            {"model":"fast","reasoning_effort":"high","max_tokens":5000,"messages":[{"role":"user","content":"x"},
             {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"1"}]}
            """);

        asked.Dropped.Should().Equal("reasoning_effort");
        Encoding.UTF8.GetString(asked.Body.Span).Should().NotContain("budget_tokens");
    }

    private static JsonObject Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        return request;
    }
}
