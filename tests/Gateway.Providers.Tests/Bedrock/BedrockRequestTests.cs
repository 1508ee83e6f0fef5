using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>What a chat request becomes, or why it is refused.</summary>
public sealed class BedrockRequestTests
{
    private const string Claude = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";

    private const string Nova = "us.amazon.nova-2-lite-v1:0";

    private static readonly Translation Bedrock = new("bedrock", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(Claude, false, "model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse", "application/json")]
    [InlineData(Claude, true, "model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream", "application/vnd.amazon.eventstream")]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/p", false, "model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fp/converse", "application/json")]
    public void A_model_is_a_part_of_the_path(string model, bool stream, string path, string accept)
    {
        var ask = Build(Request($$"""{"stream":{{(stream ? "true" : "false")}}}"""), model);

        ask.Path.Should().Be(path);
        ask.Stream.Should().Be(stream);
        ask.Headers.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, string>("Accept", accept));
        Encoding.UTF8.GetString(ask.Body.Span).Should().NotContain("\"stream\"").And.NotContain("\"model\"");
    }

    [Theory]
    [InlineData("""{"stop":"END"}""", """{"inferenceConfig":{"stopSequences":["END"]},"additionalModelResponseFieldPaths":["/stop_sequence"]}""")]
    [InlineData("""{"stop":"END","additionalModelResponseFieldPaths":["/x"]}""", """{"inferenceConfig":{"stopSequences":["END"]},"additionalModelResponseFieldPaths":["/x"]}""")]
    [InlineData("""{"max_tokens":7,"max_completion_tokens":9}""", """{"inferenceConfig":{"maxTokens":9}}""")]
    [InlineData("""{"temperature":0.5,"top_p":0.9,"top_k":4}""", """{"inferenceConfig":{"temperature":0.5,"topP":0.9},"additionalModelRequestFields":{"top_k":4}}""")]
    [InlineData("""{"max_tokens":7,"temperature":1,"inferenceConfig":{"maxTokens":3,"stopSequences":["a"]},"stop":"b"}""", """{"inferenceConfig":{"temperature":1,"maxTokens":3,"stopSequences":["a"]},"additionalModelResponseFieldPaths":["/stop_sequence"]}""")]
    [InlineData("""{"max_tokens":7,"inferenceConfig":{"maxTokens":100000,"topP":0.5}}""", """{"inferenceConfig":{"topP":0.5,"maxTokens":7}}""")]
    [InlineData("""{"max_tokens":7,"max_gen_len":100000,"additionalModelRequestFields":{"max_tokens":90000,"max_new_tokens":5,"k":1}}""", """{"inferenceConfig":{"maxTokens":5},"additionalModelRequestFields":{"k":1}}""")]
    [InlineData("""{"additionalModelRequestFields":{"max_gen_len":50}}""", """{"inferenceConfig":{"maxTokens":50}}""")]
    [InlineData("""{"additionalModelRequestFields":{"top_k":1,"a":[]},"top_k":2,"b":null,"anthropic_beta":["x"]}""", """{"additionalModelRequestFields":{"top_k":1,"a":[],"anthropic_beta":["x"]}}""")]
    [InlineData("""{"guardrailConfig":{"guardrailIdentifier":"g"},"performanceConfig":{"latency":"optimized"},"requestMetadata":{"a":"b"},"additionalModelResponseFieldPaths":["/x"],"promptVariables":{}}""",
        """{"guardrailConfig":{"guardrailIdentifier":"g"},"performanceConfig":{"latency":"optimized"},"requestMetadata":{"a":"b"},"additionalModelResponseFieldPaths":["/x"],"promptVariables":{}}""")]
    [InlineData("""{"service_tier":"priority"}""", """{"serviceTier":{"type":"priority"}}""")]
    [InlineData("""{"service_tier":"flex","serviceTier":{"type":"default"}}""", """{"serviceTier":{"type":"default"}}""")]
    [InlineData("""{"n":1,"logprobs":false,"frequency_penalty":0,"logit_bias":{},"store":true,"metadata":{"a":"b"},"user":"ana","seed":null}""", "{}")]
    [InlineData("""{"response_format":{"type":"text"}}""", "{}")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","description":"d","schema":{"type":"object"}}}}""",
        """{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"a","description":"d"}}}}}""")]
    public void A_field_becomes(string fields, string native) => Becomes(fields, native, Claude);

    [Theory]
    [InlineData(Claude, """{"reasoning_effort":"none"}""", """{"additionalModelRequestFields":{"thinking":{"type":"disabled"}}}""")]
    [InlineData(Claude, """{"reasoning_effort":"medium","max_tokens":10000}""", """{"inferenceConfig":{"maxTokens":10000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":5000}}}""")]
    [InlineData(Claude, """{"reasoning_effort":"low"}""", """{"inferenceConfig":{"maxTokens":4096},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}}""")]
    [InlineData(Claude, """{"reasoning_effort":"low","thinking":{"type":"adaptive"}}""", """{"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}""")]
    [InlineData(Claude, """{"reasoning_effort":"low","reasoning_config":{"type":"disabled"}}""", """{"additionalModelRequestFields":{"reasoning_config":{"type":"disabled"}}}""")]
    [InlineData(Nova, """{"reasoning_effort":"high"}""", """{"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}""")]
    [InlineData(Nova, """{"reasoning_effort":"none"}""", """{"additionalModelRequestFields":{"reasoningConfig":{"type":"disabled"}}}""")]
    [InlineData("openai.gpt-oss-120b-1:0", """{"reasoning_effort":"low"}""", """{"additionalModelRequestFields":{"reasoning_effort":"low"}}""")]
    public void An_effort_becomes_what_the_model_has_in_its_place(string model, string fields, string native) => Becomes(fields, native, model);

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}""")]
    [InlineData("""{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object"}}}""",
        """{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}},"strict":true}}""")]
    [InlineData("""{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral","ttl":"1h"}}""",
        """{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"cachePoint":{"type":"default","ttl":"1h"}}""")]
    [InlineData("""{"systemTool":{"name":"nova_grounding"}}""", """{"systemTool":{"name":"nova_grounding"}}""")]
    public void A_tool_becomes(string tool, string native)
    {
        var ask = JsonNode.Parse(Bedrock.Ask(Request($$"""{"tools":[{{tool}}]}""").ToJsonString()).Body.Span)!;

        ask["toolConfig"]!["tools"]!.ToJsonString().Should().Be($"[{native}]");
    }

    [Theory]
    [InlineData("\"auto\"", """{"auto":{}}""")]
    [InlineData("\"required\"", """{"any":{}}""")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"tool":{"name":"f"}}""")]
    [InlineData("null", null)]
    public void A_tool_choice_becomes(string choice, string? native)
    {
        var request = Request("""{"tools":[{"type":"function","function":{"name":"f"}}]}""");
        request["tool_choice"] = JsonNode.Parse(choice);

        var ask = JsonNode.Parse(Bedrock.Ask(request.ToJsonString()).Body.Span)!;

        ask["toolConfig"]!["toolChoice"]?.ToJsonString().Should().Be(native);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"x"}]""", false)]
    [InlineData("""[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"a","content":"1"}]""", true)]
    public void Tools_that_must_not_be_called_are_there_only_where_the_conversation_has_calls(string messages, bool there)
    {
        var ask = JsonNode.Parse(Bedrock.Ask($$"""{"model":"fast","tool_choice":"none","tools":[{"type":"function","function":{"name":"f"} }],"messages":{{messages}}}""").Body.Span)!;

        (ask["toolConfig"] is not null).Should().Be(there);
        ask["toolConfig"]?["toolChoice"].Should().BeNull();
    }

    /// <summary>"The toolConfig field must be defined when using toolUse and toolResult content blocks."</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tools":[]}""")]
    [InlineData("""{"tools":[{"type":"web_search"}]}""")]
    public void Calls_without_tools_bring_the_tools_that_they_name(string fields)
    {
        var request = Request(fields);
        request["messages"] = JsonNode.Parse("""
            [{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"3"}]
            """);

        var built = Bedrock.Translator.BuildRequest(Encoding.UTF8.GetBytes(request.ToJsonString()), Translation.Context with { DropParams = true });

        JsonNode.Parse(built.Value.Body.Span)!["toolConfig"]!.ToJsonString().Should().Be(
            """{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"toolSpec":{"name":"g","inputSchema":{"json":{"type":"object","properties":{}}}}}]}""");
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}}""", """{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}}""")]
    [InlineData("""{"type":"image_url","image_url":{"url":"s3://b/k/a.webp"}}""", """{"image":{"format":"webp","source":{"s3Location":{"uri":"s3://b/k/a.webp"}}}}""")]
    [InlineData("""{"type":"video_url","video_url":{"url":"data:video/3gpp;base64,AAAA"}}""", """{"video":{"format":"three_gp","source":{"bytes":"AAAA"}}}""")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}""", """{"audio":{"format":"mp3","source":{"bytes":"AAAA"}}}""")]
    [InlineData("""{"type":"file","file":{"filename":"My_report  (1).v2.docx","file_data":"data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,AAAA"}}""",
        """{"document":{"format":"docx","name":"My report (1) v2","source":{"bytes":"AAAA"}}}""")]
    [InlineData("""{"type":"file","file":{"file_data":"data:text/csv;base64,YSxi"}}""", """{"document":{"format":"csv","name":"document","source":{"bytes":"YSxi"}}}""")]
    [InlineData("""{"type":"file","file":{"filename":"a.md","file_data":"data:text/plain;base64,no base64!"}}""", """{"document":{"format":"txt","name":"a","source":{"bytes":"bm8gYmFzZTY0IQ=="}}}""")]
    [InlineData("""{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}""", """{"text":"a"},{"cachePoint":{"type":"default"}}""")]
    [InlineData("""{"guardContent":{"text":{"text":"a"}}}""", """{"guardContent":{"text":{"text":"a"}}}""")]
    [InlineData("""{"type":"text","text":""},{"type":"text","text":"a"}""", """{"text":"a"}""")]
    public void A_part_becomes(string part, string native)
    {
        var ask = JsonNode.Parse(Bedrock.Ask($$"""{"model":"fast","messages":[{"role":"user","content":[{{part}}]}]}""").Body.Span)!;

        ask["messages"]![0]!["content"]!.ToJsonString().Should().Be($"[{native}]");
    }

    [Fact]
    public void Two_documents_never_have_the_same_name()
    {
        const string File = """{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}""";

        var ask = JsonNode.Parse(Bedrock.Ask($$"""{"model":"fast","messages":[{"role":"user","content":[{{File}},{{File}}]},{"role":"user","content":[{{File}}]}]}""").Body.Span)!;

        ask["messages"]![0]!["content"]!.AsArray().Select(static b => (string?)b!["document"]!["name"]).Should().Equal("a", "a 2", "a 3");
    }

    [Fact]
    public void A_conversation_keeps_thoughts_calls_and_results()
    {
        const string Messages = """
            [{"role":"system","content":"s"},{"role":"user","content":"x"},
             {"role":"assistant","content":"t","thinking_blocks":[{"type":"thinking","thinking":"h","signature":"g"},{"type":"redacted_thinking","data":"ZA=="}],
              "tool_calls":[{"id":"a|b","type":"function","function":{"name":"f","arguments":"{\"q\":1}"}}]},
             {"role":"tool","tool_call_id":"a|b","content":"1","is_error":true},{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"2"}]},{"role":"developer","content":[{"type":"text","text":"d"}]},
             {"role":"assistant","content":""},{"role":"user","content":"and?","cache_control":{"type":"ephemeral"}}]
            """;
        const string Native = """
            {"system":[{"text":"s"},{"text":"d"}],"messages":[{"role":"user","content":[{"text":"x"}]},
             {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"h","signature":"g"}}},{"reasoningContent":{"redactedContent":"ZA=="}},{"text":"t"},
              {"toolUse":{"toolUseId":"a_b","name":"f","input":{"q":1}}}]},
             {"role":"user","content":[{"toolResult":{"toolUseId":"a_b","content":[{"text":"1"}],"status":"error"}},{"toolResult":{"toolUseId":"c","content":[{"text":"2"}]}},{"text":"and?"},{"cachePoint":{"type":"default"}}]}],
             "toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}}
            """;

        var ask = JsonNode.Parse(Bedrock.Ask($$"""{"model":"fast","messages":{{Messages}}}""").Body.Span);

        JsonNode.DeepEquals(ask, JsonNode.Parse(Native)).Should().BeTrue(ask!.ToJsonString());
    }

    [Theory]
    [InlineData("tooluse_KGkwW6RLa3r1oGyLaekMWX", "tooluse_KGkwW6RLa3r1oGyLaekMWX")]
    [InlineData("call.1:2-é", "call.1:2-_")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", null)]
    public void An_id_of_a_call_is_one_that_Bedrock_takes(string id, string? native)
    {
        var ask = JsonNode.Parse(Bedrock.Ask($$"""
            {"model":"fast","messages":[{"role":"assistant","tool_calls":[{"id":"{{id}}","function":{"name":"f","arguments":"{}"} }]},{"role":"tool","tool_call_id":"{{id}}","content":"1"}]}
            """).Body.Span)!;

        var sent = (string)ask["messages"]![0]!["content"]![0]!["toolUse"]!["toolUseId"]!;
        sent.Should().MatchRegex("^[a-zA-Z0-9_.:-]{1,64}$");
        if (native is not null) sent.Should().Be(native);
        ((string?)ask["messages"]![1]!["content"]![0]!["toolResult"]!["toolUseId"]).Should().Be(sent);
    }

    [Theory]
    [InlineData("""{"n":2}""", "n")]
    [InlineData("""{"seed":4}""", "seed")]
    [InlineData("""{"logprobs":true}""", "logprobs")]
    [InlineData("""{"frequency_penalty":0.5}""", "frequency_penalty")]
    [InlineData("""{"response_format":{"type":"json_object"}}""", "response_format")]
    [InlineData("""{"reasoning_effort":"high"}""", "reasoning_effort")]
    [InlineData("""{"service_tier":"scale"}""", "service_tier")]
    [InlineData("""{"parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}]}""", "parallel_tool_calls")]
    public void What_cannot_be_served_is_refused_or_left_out_and_named(string fields, string field)
    {
        var body = Encoding.UTF8.GetBytes(Request(fields).ToJsonString());

        var refused = Bedrock.Translator.BuildRequest(body, Translation.Context).Error;
        var dropped = Bedrock.Translator.BuildRequest(body, Translation.Context with { DropParams = true });

        refused!.Param.Should().Be(field);
        refused.Message.Should().Contain(field);
        dropped.Error.Should().BeNull();
        dropped.Value.Dropped.Should().Equal(field);
        JsonNode.Parse(dropped.Value.Body.Span)!.AsObject().ContainsKey(field).Should().BeFalse();
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]""", "messages[0].content[0].image_url.url")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"s3://b/a"}}]}]""", "messages[0].content[0].image_url.url")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,AAAA"}}]}]""", "messages[0].content[0].image_url.url")]
    [InlineData("""[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]""", "messages[0].content[0].file")]
    [InlineData("""[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/zip;base64,AAAA"}}]}]""", "messages[0].content[0].file.file_data")]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]""", "messages[0].content[0].input_audio")]
    [InlineData("""[{"role":"user","content":[{"unknown":{}}]}]""", "messages[0].content[0].type")]
    [InlineData("""[{"role":"user","content":[{"type":"newer"}]}]""", "messages[0].content[0]")]
    [InlineData("""[{"role":"user","content":""}]""", "messages[0].content")]
    [InlineData("""[{"role":"robot","content":"x"}]""", "messages[0].role")]
    [InlineData("""[{"role":"system","content":"x"}]""", "messages")]
    [InlineData("""[{"role":"system","content":[{"type":"image_url"}]},{"role":"user","content":"x"}]""", "messages[0].content[0]")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"tool","content":"1"}]""", "messages[1].tool_call_id")]
    public void What_is_wrong_is_a_400_that_names_its_place(string messages, string field) =>
        Bedrock.Build($$"""{"model":"fast","messages":{{messages}}}""").Error!.Param.Should().Be(field);

    [Theory]
    [InlineData("""{"inferenceConfig":5}""", "inferenceConfig")]
    [InlineData("""{"inferenceConfig":{"maxTokens":"5"}}""", "inferenceConfig.maxTokens")]
    [InlineData("""{"additionalModelRequestFields":[1]}""", "additionalModelRequestFields")]
    [InlineData("""{"tools":[{"type":"web_search"}]}""", "tools[0]")]
    [InlineData("""{"tools":[{"x":1}]}""", "tools[0].type")]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    public void A_field_that_is_wrong_is_a_400_that_names_it(string fields, string field) => Bedrock.Build(Request(fields).ToJsonString()).Error!.Param.Should().Be(field);

    private static void Becomes(string fields, string native, string model)
    {
        var ask = JsonNode.Parse(Build(Request(fields), model).Body.Span)!.AsObject();

        var expected = JsonNode.Parse(native)!.AsObject();
        expected["messages"] = JsonNode.Parse("""[{"role":"user","content":[{"text":"hi"}]}]""");
        JsonNode.DeepEquals(ask, expected).Should().BeTrue($"{ask.ToJsonString()} is to be {expected.ToJsonString()}");
    }

    private static UpstreamRequest Build(JsonObject request, string model)
    {
        var built = Bedrock.Translator.BuildRequest(Encoding.UTF8.GetBytes(request.ToJsonString()), Translation.Context with { TargetModel = model });
        built.Error.Should().BeNull();
        return built.Value;
    }

    private static JsonObject Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        return request;
    }
}
