using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>What a chat request becomes, or why it is refused.</summary>
public sealed class GeminiRequestTests
{
    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("""{"stop":"END","temperature":0.5,"top_p":0.9,"max_tokens":7,"max_completion_tokens":9}""", """{"maxOutputTokens":9,"temperature":0.5,"topP":0.9,"stopSequences":["END"]}""")]
    [InlineData("""{"n":2,"seed":-4,"frequency_penalty":0.5,"presence_penalty":-1}""", """{"candidateCount":2,"seed":-4,"frequencyPenalty":0.5,"presencePenalty":-1}""")]
    [InlineData("""{"max_tokens":10,"generationConfig":{"maxOutputTokens":100000,"candidateCount":8}}""", """{"maxOutputTokens":10,"candidateCount":8}""")]
    [InlineData("""{"max_tokens":10,"n":2,"max_output_tokens":5,"extra_body":{"google":{"generation_config":{"candidate_count":3}}}}""", """{"maxOutputTokens":5,"candidateCount":2}""")]
    [InlineData("""{"generationConfig":{"maxOutputTokens":null,"candidateCount":1}}""", "{}")]
    [InlineData("""{"logprobs":true,"top_logprobs":3}""", """{"responseLogprobs":true,"logprobs":3}""")]
    [InlineData("""{"top_k":4,"mediaResolution":"MEDIA_RESOLUTION_LOW","image_config":{"aspectRatio":"1:1"}}""", """{"topK":4,"mediaResolution":"MEDIA_RESOLUTION_LOW","imageConfig":{"aspectRatio":"1:1"}}""")]
    [InlineData("""{"temperature":1,"generationConfig":{"temperature":0.1,"top_k":3}}""", """{"temperature":0.1,"topK":3}""")]
    [InlineData("""{"modalities":["text","image"]}""", """{"responseModalities":["TEXT","IMAGE"]}""")]
    [InlineData("""{"reasoning_effort":"none"}""", """{"thinkingConfig":{"thinkingBudget":0}}""")]
    [InlineData("""{"reasoning_effort":"medium"}""", """{"thinkingConfig":{"includeThoughts":true,"thinkingBudget":8192}}""")]
    [InlineData("""{"reasoning_effort":"medium","thinking_config":{"thinkingBudget":7}}""", """{"thinkingConfig":{"thinkingBudget":7}}""")]
    [InlineData("""{"extra_body":{"google":{"thinking_config":{"include_thoughts":true}}}}""", """{"thinkingConfig":{"include_thoughts":true}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"type":"string"}}}}}}""",
        """{"responseMimeType":"application/json","responseSchema":{"type":"object","properties":{"a":{"type":"string"}}}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":["string","null"]}}}}""", """{"responseMimeType":"application/json","responseJsonSchema":{"type":["string","null"]}}""")]
    [InlineData("""{"n":1,"logprobs":false,"frequency_penalty":0,"logit_bias":{},"store":true,"metadata":{"a":"b"},"user":"ana","seed":null}""", "{}")]
    public void A_field_becomes(string fields, string config)
    {
        var ask = Parse(Gemini.Ask(Request(fields).ToJsonString()));

        JsonNode.DeepEquals(ask["generationConfig"], JsonNode.Parse(config)).Should().BeTrue($"{ask["generationConfig"]?.ToJsonString()} is to be {config}");
        ask.Select(static m => m.Key).Should().BeEquivalentTo("contents", "generationConfig");
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", "none", """{"thinkingLevel":"low"}""")]
    [InlineData("gemini-3-flash-preview", "minimal", """{"includeThoughts":true,"thinkingLevel":"minimal"}""")]
    [InlineData("gemini-3.1-pro-preview", "xhigh", """{"includeThoughts":true,"thinkingLevel":"high"}""")]
    [InlineData("gemini-2.5-pro", "none", """{"thinkingBudget":128}""")]
    public void Effort_is_said_the_way_the_model_knows(string model, string effort, string thinking)
    {
        var built = Gemini.Translator.BuildRequest(Encoding.UTF8.GetBytes(Request($$"""{"reasoning_effort":"{{effort}}"}""").ToJsonString()), Translation.Context with { TargetModel = model });

        var ask = Parse(built.Value);
        built.Value.Path.Should().Be($"models/{model}:generateContent");
        JsonNode.DeepEquals(ask["generationConfig"]!["thinkingConfig"], JsonNode.Parse(thinking)).Should().BeTrue(ask.ToJsonString());
    }

    [Theory]
    [InlineData("tunedModels/a b", "tunedModels/a%20b:streamGenerateContent?alt=sse")]
    [InlineData("models/x", "models/x:streamGenerateContent?alt=sse")]
    [InlineData("a?b#c", "models/a%3Fb%23c:streamGenerateContent?alt=sse")]
    public void A_models_name_is_a_part_of_the_path_and_no_more(string model, string path) =>
        Gemini.Translator.BuildRequest("""{"stream":true,"messages":[{"role":"user","content":"x"}]}"""u8, Translation.Context with { TargetModel = model }).Value.Path.Should().Be(path);

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"functionDeclarations":[{"name":"f"}]}""")]
    [InlineData("""{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}}}}""",
        """{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}}}]}""")]
    [InlineData("""{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"string"}}}}}""",
        """{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"string"}}}}]}""")]
    [InlineData("""{"googleSearch":{}}""", """{"googleSearch":{}}""")]
    public void A_tool_becomes(string tool, string native)
    {
        var ask = Parse(Gemini.Ask(Request($$"""{"tools":[{{tool}}]}""").ToJsonString()));

        JsonNode.DeepEquals(ask["tools"]![0], JsonNode.Parse(native)).Should().BeTrue(ask["tools"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"auto\"", """{"mode":"AUTO"}""")]
    [InlineData("\"none\"", """{"mode":"NONE"}""")]
    [InlineData("\"required\"", """{"mode":"ANY"}""")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"mode":"ANY","allowedFunctionNames":["f"]}""")]
    [InlineData("null", null)]
    public void A_tool_choice_becomes(string choice, string? native)
    {
        var request = Request("""{"tools":[{"type":"function","function":{"name":"f"}}]}""");
        request["tool_choice"] = JsonNode.Parse(choice);

        var ask = Parse(Gemini.Ask(request.ToJsonString()));

        JsonNode.DeepEquals(ask["toolConfig"]?["functionCallingConfig"], native is null ? null : JsonNode.Parse(native)).Should().BeTrue(ask.ToJsonString());
    }

    [Fact]
    public void What_is_Geminis_own_passes_through()
    {
        var ask = Parse(Gemini.Ask(Request("""{"safetySettings":[{"category":"C","threshold":"BLOCK_NONE"}],"cached_content":"cachedContents/1","labels":{"a":"b"},"web_search_options":{}}""").ToJsonString()));

        ask["safetySettings"]!.ToJsonString().Should().Be("""[{"category":"C","threshold":"BLOCK_NONE"}]""");
        ((string?)ask["cached_content"]).Should().Be("cachedContents/1");
        ask["labels"]!.ToJsonString().Should().Be("""{"a":"b"}""");
        ask["tools"]!.ToJsonString().Should().Be("""[{"googleSearch":{}}]""");
    }

    [Theory]
    [InlineData("gemini-2.5-flash", false)]
    [InlineData("gemini-3-flash-preview", true)]
    public void A_conversation_keeps_names_order_and_signatures(string model, bool isThird)
    {
        const string messages = """
            [{"role":"user","content":"weather?"},
             {"role":"assistant","content":"hm","extra_content":{"google":{"thought_signature":"dA=="}},"provider_blocks":[{"executableCode":{"code":"1"}},{"type":"server_tool_use"}],
              "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"b\": 1.50}"}},
                            {"id":"c2","type":"function","function":{"name":"g","arguments":""},"extra_content":{"google":{"thought_signature":"c2ln","call_id":"fc-2"}}}]},
             {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"{\"a\":1}"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
             {"role":"tool","tool_call_id":"c1","content":"no","is_error":true},{"role":"user","content":"and?"}]
            """;
        var foreign = isThird ? ""","thoughtSignature":"skip_thought_signature_validator" """ : "";
        const string image = """{"inlineData":{"mimeType":"image/png","data":"AAAA"}}""";
        var native = """
            [{"role":"user","parts":[{"text":"weather?"}]},
             {"role":"model","parts":[{"executableCode":{"code":"1"}},{"text":"hm","thoughtSignature":"dA=="},{"functionCall":{"name":"f","args":{"b":1.50}}FOREIGN},{"functionCall":{"id":"fc-2","name":"g","args":{}},"thoughtSignature":"c2ln"}]},
             {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"error":"no"}}},
              {"functionResponse":{"id":"fc-2","name":"g","response":{"a":1}WITHIN}}BESIDE,{"text":"and?"}]}]
            """.Replace("FOREIGN", foreign, StringComparison.Ordinal).Replace("WITHIN", isThird ? $",\"parts\":[{image}]" : "", StringComparison.Ordinal).Replace("BESIDE", isThird ? "" : "," + image, StringComparison.Ordinal);

        var built = Gemini.Translator.BuildRequest(Encoding.UTF8.GetBytes($$"""{"model":"fast","messages":{{messages}}}"""), Translation.Context with { TargetModel = model });

        JsonNode.DeepEquals(Parse(built.Value)["contents"], JsonNode.Parse(native)).Should().BeTrue(Parse(built.Value)["contents"]!.ToJsonString());
    }

    [Fact]
    public void Texts_of_a_result_are_lines_of_one()
    {
        var built = Gemini.Ask("""
            {"model":"fast","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"file a"},{"type":"text","text":"file b"}]}]}
            """);

        ((string?)Parse(built)["contents"]![2]!["parts"]![0]!["functionResponse"]!["response"]!["output"]).Should().Be("file a\nfile b");
    }

    [Fact]
    public void A_strict_function_is_one_that_is_not_and_named()
    {
        var built = Gemini.Ask(Request("""{"tools":[{"type":"function","function":{"name":"f","strict":true}}]}""").ToJsonString());

        built.Dropped.Should().Equal("tools[0].function.strict");
    }

    [Theory]
    [InlineData("""{"logit_bias":{"1":2}}""", "logit_bias")]
    [InlineData("""{"logprobs":true,"stream":true}""", "logprobs")]
    [InlineData("""{"seed":4294967296}""", "seed")]
    [InlineData("""{"service_tier":"flex"}""", "service_tier")]
    [InlineData("""{"modalities":["text","audio"]}""", "modalities")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}""", "parallel_tool_calls")]
    public void What_cannot_be_served_is_refused_or_left_out_and_named(string fields, string field)
    {
        var body = Encoding.UTF8.GetBytes(Request(fields).ToJsonString());

        var refused = Gemini.Translator.BuildRequest(body, Translation.Context).Error;
        var dropped = Gemini.Translator.BuildRequest(body, Translation.Context with { DropParams = true });

        refused!.Param.Should().Be(field);
        refused.Message.Should().Contain(field);
        dropped.Error.Should().BeNull();
        dropped.Value.Dropped.Should().Equal(field);
        Parse(dropped.Value)["generationConfig"]!.AsObject().Should().BeEmpty();
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"x"}],"generationConfig":{"maxOutputTokens":"100"}""", "generationConfig.maxOutputTokens")]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]""", "messages[0].content[0].input_audio")]
    [InlineData("""[{"role":"user","content":[{"type":"hologram"}]}]""", "messages[0].content[0]")]
    [InlineData("""[{"role":"user","content":[{"type":"file","file":{"file_data":"AAAA"}}]}]""", "messages[0].content[0].file.file_data")]
    [InlineData("""[{"role":"user","content":""}]""", "messages[0].content")]
    [InlineData("""[{"role":"robot","content":"x"}]""", "messages[0].role")]
    [InlineData("""[{"role":"system","content":"x"}]""", "messages")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"tool","tool_call_id":"a","content":"1"}]""", "messages[1].tool_call_id")]
    [InlineData("""[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]""", "messages[1].tool_calls[0].function.arguments")]
    public void What_is_wrong_is_a_400_that_names_its_place(string messages, string field) =>
        Gemini.Build($$"""{"model":"fast","messages":{{messages}}}""").Error!.Param.Should().Be(field);

    private static JsonObject Parse(UpstreamRequest request) => JsonNode.Parse(request.Body.Span)!.AsObject();

    private static JsonObject Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        return request;
    }
}
