using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>What a request becomes, or why it is refused.</summary>
public sealed class ResponsesRequestTests
{
    private static readonly ChatTarget[] Targets = [ResponsesForms.OpenAI, ResponsesForms.Compatible, ResponsesForms.Translated];

    [Theory]
    [InlineData("""{"reasoning":{"effort":"low"}}""", """{"reasoning_effort":"low"}""")]
    [InlineData("""{"reasoning":{"effort":null,"summary":"auto","mode":"standard","context":"auto"}}""", "{}")]
    [InlineData("""{"text":{"format":{"type":"text"},"verbosity":"medium"}}""", "{}")]
    [InlineData("""{"text":{"format":{"type":"json_object"}}}""", """{"response_format":{"type":"json_object"}}""")]
    [InlineData("""{"text":{"format":{"type":"json_schema","name":"a","description":"d","strict":null,"schema":{"type":"object"}}}}""",
        """{"response_format":{"type":"json_schema","json_schema":{"name":"a","description":"d","schema":{"type":"object"}}}}""")]
    [InlineData("""{"top_logprobs":2}""", """{"top_logprobs":2,"logprobs":true}""")]
    [InlineData("""{"top_logprobs":0,"include":["reasoning.encrypted_content"]}""", "{}")]
    [InlineData("""{"stream":false,"stream_options":{"include_obfuscation":true}}""", "{}")]
    [InlineData("""{"stream":true}""", """{"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"service_tier":"auto","store":true,"metadata":{"a":"b"},"truncation":"disabled","background":false,"previous_response_id":null,"max_tool_calls":null}""", "{}")]
    [InlineData("""{"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}""", "{}")]
    [InlineData("""{"instructions":""}""", "{}")]
    [InlineData("""{"presence_penalty":0.5,"frequency_penalty":0.25,"logit_bias":{"5":1},"seed":4,"stop":"x"}""", """{"presence_penalty":0.5,"frequency_penalty":0.25,"logit_bias":{"5":1},"seed":4,"stop":"x"}""")]
    public void A_field_becomes(string fields, string chat)
    {
        foreach (var target in Targets)
        {
            var form = ResponsesForms.ToChat(Request(fields), target);

            form.Error.Should().BeNull();
            form.Value.Dropped.Should().BeEmpty();
            var expected = JsonNode.Parse(chat)!.AsObject();
            expected["model"] = "fast";
            expected["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
            var got = JsonNode.Parse(form.Value.Body.Span);
            JsonNode.DeepEquals(got, expected).Should().BeTrue($"{got!.ToJsonString()} is to be {expected.ToJsonString()}");
        }
    }

    [Theory]
    [InlineData("""{"truncation":"auto"}""", "truncation")]
    [InlineData("""{"max_tool_calls":3}""", "max_tool_calls")]
    [InlineData("""{"context_management":[{"type":"compaction"}]}""", "context_management")]
    [InlineData("""{"moderation":{"model":"m"}}""", "moderation")]
    [InlineData("""{"newer":0}""", "newer")]
    [InlineData("""{"include":["file_search_call.results"]}""", "include[0]")]
    [InlineData("""{"reasoning":{"mode":"pro"}}""", "reasoning.mode")]
    [InlineData("""{"reasoning":{"context":"all_turns"}}""", "reasoning.context")]
    [InlineData("""{"text":{"format":{"type":"grammar"}}}""", "text.format")]
    [InlineData("""{"tools":[{"type":"mcp","server_label":"s"}]}""", "tools[0]")]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tools":[{"type":"function","name":"f","allowed_callers":["x"]}]}""", "tools[0].allowed_callers")]
    [InlineData("""{"input":[{"role":"user","content":"hi"},{"type":"computer_call_output","call_id":"c","output":{}}]}""", "input[1]")]
    public void What_chat_has_no_place_for_is_refused_or_left_out_and_named(string fields, string field)
    {
        foreach (var target in Targets)
        {
            var refused = ResponsesForms.ToChat(Request(fields), target).Error;
            var dropped = ResponsesForms.ToChat(Request(fields), target, drop: true);

            (refused!.Status, refused.Param).Should().Be((400, field));
            refused.Message.Should().Contain(field);
            dropped.Error.Should().BeNull();
            dropped.Value.Dropped.Should().Equal(field);
        }
    }

    [Theory]
    [InlineData("""{"previous_response_id":"resp_1"}""", "previous_response_id")]
    [InlineData("""{"conversation":"conv_1"}""", "conversation")]
    [InlineData("""{"prompt":{"id":"pmpt_1"}}""", "prompt")]
    [InlineData("""{"background":true}""", "background")]
    [InlineData("""{"input":null}""", "input")]
    [InlineData("""{"input":""}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":{"role":"user"}}""", "input")]
    [InlineData("""{"input":[5]}""", "input[0].type")]
    [InlineData("""{"input":[{"type":"item_reference","id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"input":[{"id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"input":[{"role":"robot","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"input":[{"role":"user","content":5}]}""", "input[0].content")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text"}]}]}""", "input[0].content[1]")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]}""", "input[0].content[0].file_id")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "input[0].content[0].image_url")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_file","filename":"a"}]}]}""", "input[0].content[0]")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_video"}]}]}""", "input[0].content[0]")]
    [InlineData("""{"input":[{"role":"assistant","content":[{"type":"input_image","image_url":"x"}]}]}""", "input[0].content[0]")]
    [InlineData("""{"input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "input[0].call_id")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]}""", "input[0].arguments")]
    [InlineData("""{"input":[{"type":"custom_tool_call","call_id":"c","name":"f"}]}""", "input[0].input")]
    [InlineData("""{"input":[{"type":"function_call_output","output":"x"}]}""", "input[0].call_id")]
    [InlineData("""{"input":[{"type":"function_call_output","call_id":"c"}]}""", "input[0].output")]
    [InlineData("""{"instructions":["x"]}""", "instructions")]
    [InlineData("""{"max_output_tokens":0}""", "max_output_tokens")]
    [InlineData("""{"max_output_tokens":1.5}""", "max_output_tokens")]
    [InlineData("""{"temperature":"hot"}""", "temperature")]
    [InlineData("""{"reasoning":"high"}""", "reasoning")]
    [InlineData("""{"reasoning":{"effort":3}}""", "reasoning.effort")]
    [InlineData("""{"text":{"format":{"type":"json_schema","name":"a"}}}""", "text.format.schema")]
    [InlineData("""{"tools":{}}""", "tools")]
    [InlineData("""{"tools":[{}]}""", "tools[0].type")]
    [InlineData("""{"tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"tools":[{"type":"custom","name":"a","format":{"type":"grammar"}}]}""", "tools[0].format")]
    [InlineData("""{"tool_choice":"some"}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"allowed_tools","mode":"auto"}}""", "tool_choice.tools")]
    [InlineData("""{"parallel_tool_calls":1}""", "parallel_tool_calls")]
    [InlineData("""{"stream":"yes"}""", "stream")]
    [InlineData("""{"model":5}""", "model")]
    [InlineData("""{"include":"x"}""", "include")]
    public void What_is_wrong_or_would_lose_the_conversation_is_a_400_whatever_may_be_dropped(string fields, string field)
    {
        foreach (var target in Targets)
        {
            foreach (var drop in new[] { false, true })
            {
                var error = ResponsesForms.ToChat(Request(fields), target, drop).Error;
                (error?.Status, error?.Param).Should().Be((400, field));
            }
        }
    }

    [Fact]
    public void A_limit_is_called_what_the_provider_calls_it()
    {
        ((int?)ResponsesForms.Chat(Request("""{"max_output_tokens":9}"""), ResponsesForms.OpenAI)["max_completion_tokens"]).Should().Be(9);
        ((int?)ResponsesForms.Chat(Request("""{"max_output_tokens":9}"""), ResponsesForms.Compatible)["max_tokens"]).Should().Be(9);
    }

    [Fact]
    public void A_tool_that_only_the_provider_knows_goes_to_the_translator()
    {
        const string fields = """{"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}],"top_k":4}""";

        ResponsesForms.Chat(Request(fields), ResponsesForms.Translated)["tools"]!.ToJsonString().Should().Be("""[{"type":"web_search_20250305","name":"web_search","max_uses":3}]""");
        ResponsesForms.ToChat(Request(fields), ResponsesForms.Compatible).Error!.Param.Should().Be("tools[0]");
        ResponsesForms.ToChat(Request("""{"top_k":4}"""), ResponsesForms.OpenAI).Error!.Param.Should().Be("top_k");
        ((int?)ResponsesForms.Chat(Request("""{"top_k":4}"""), ResponsesForms.Compatible)["top_k"]).Should().Be(4);
    }

    [Fact]
    public void Marks_for_the_cache_go_to_whom_they_mean_something()
    {
        const string fields = """
            {"input":[{"role":"system","content":[{"type":"input_text","text":"s"}],"cache_control":{"type":"ephemeral"}},{"role":"user","content":[{"type":"input_text","text":"u","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","cache_control":{"type":"ephemeral"}}]},{"role":"user","content":"b"}],
             "tools":[{"type":"function","name":"f","cache_control":{"type":"ephemeral"}}]}
            """;

        var kept = ResponsesForms.Chat(Request(fields), ResponsesForms.Translated);
        new[] { kept["messages"]![0], kept["messages"]![1]!["content"]![0], kept["messages"]![2], kept["tools"]![0] }.Should().OnlyContain(static m => m!["cache_control"] != null);
        foreach (var target in new[] { ResponsesForms.OpenAI, ResponsesForms.Compatible })
        {
            var form = ResponsesForms.ToChat(Request(fields), target);
            form.Value.Dropped.Should().Equal("input[].cache_control", "input[].content[].cache_control", "tools[].cache_control");
            System.Text.Encoding.UTF8.GetString(form.Value.Body.Span).Should().NotContain("cache_control");
        }
    }

    /// <summary>Codex sends what it always sends, whoever is behind.</summary>
    [Fact]
    public void A_coding_agent_is_served_by_every_provider_where_fields_may_be_dropped()
    {
        var kinds = ProviderCatalog.All.Select(static p => p.Manifest).Where(static m => m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind).ToList();
        kinds.Should().Contain("anthropic").And.Contain("gemini");
        var form = ResponsesForms.ToChat(Golden.Request(ResponsesForms.Folder, "codex"), ResponsesForms.Translated, drop: true);

        form.Value.Dropped.Should().Equal("input[].summary", "tools[3]", "tools[4]");
        foreach (var kind in kinds)
        {
            var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(form.Value.Body.Span, Translation.Context with { DropParams = true, MaxOutput = 64_000 });
            built.Error.Should().BeNull(kind);
        }
    }

    /// <summary>Vercel's client refers to the thoughts of an earlier answer, unless it is told that nothing is stored.</summary>
    [Fact]
    public void Thoughts_that_are_only_referred_to_are_left_out_and_named()
    {
        var form = ResponsesForms.ToChat(Request("""{"input":[{"role":"user","content":"a"},{"type":"item_reference","id":"rs_req_1_0"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"b"}]}"""), ResponsesForms.Translated);

        form.Value.Dropped.Should().Equal("input[1]");
        JsonNode.Parse(form.Value.Body.Span)!["messages"]!.AsArray().Select(static m => (string?)m!["role"]).Should().Equal("user", "assistant", "tool");
    }

    /// <summary>Its id was told before its first word was known, so that nothing of it can stand in there.</summary>
    [Fact]
    public void A_message_that_is_only_referred_to_is_a_400_that_names_it()
    {
        var error = ResponsesForms.ToChat(Request("""{"input":[{"role":"user","content":"a"},{"type":"item_reference","id":"msg_req_1_0"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}"""), ResponsesForms.Translated, drop: true).Error!;

        error.Param.Should().Be("input[1]");
        error.Message.Should().Be("'input[1]' refers to the item msg_req_1_0, and items are not stored here: send the item itself. Clients do so with store: false (Vercel's AI SDK: providerOptions.openai.store).");
        ResponsesForms.ToChat(Request($$"""{"input":[{"type":"item_reference","id":"msg_{{new string('x', 200)}}"}]}"""), ResponsesForms.Translated).Error!.Message.Should().StartWith("'input[0]' refers to an item, and");
    }

    [Fact]
    public void Thoughts_alone_are_no_message()
    {
        var messages = ResponsesForms.Chat(Request("""{"input":[{"role":"user","content":"a"},{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"t"}]},{"role":"user","content":"b"}]}"""), ResponsesForms.Compatible)["messages"]!;

        messages.ToJsonString().Should().Be("""[{"role":"user","content":"a"},{"role":"user","content":"b"}]""");
    }

    [Fact]
    public void Results_of_turns_that_follow_each_other_stay_in_their_turns()
    {
        var messages = ResponsesForms.Chat(Request("""
            {"input":[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":[{"type":"input_image","image_url":"https://a.example/a.png"}]},
             {"type":"function_call","call_id":"2","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"2","output":"b"}]}
            """), ResponsesForms.OpenAI)["messages"]!.AsArray();

        messages.Select(static m => $"{m!["role"]} {m["tool_call_id"]}").Should().Equal("assistant ", "tool 1", "user ", "assistant ", "tool 2");
    }

    [Theory]
    [InlineData(ChatReach.OpenAI)]
    [InlineData(ChatReach.Compatible)]
    public void What_the_last_result_shows_is_in_a_message_of_the_user_s(ChatReach reach)
    {
        var messages = ResponsesForms.Chat(Request("""
            {"input":[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":[{"type":"input_image","image_url":"https://a.example/a.png"}]}]}
            """), ResponsesForms.OpenAI with { Reach = reach })["messages"]!.AsArray();

        messages.Select(static m => (string?)m!["role"]).Should().Equal("assistant", "tool", "user");
        messages[2]!["content"]!.ToJsonString().Should().Contain("https://a.example/a.png");
    }

    [Theory]
    [InlineData("""[{"type":"zip","text":"lost"}]""")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[1]")]
    public void A_result_that_cannot_be_told_is_refused_by_its_place(string output)
    {
        foreach (var target in new[] { ResponsesForms.OpenAI, ResponsesForms.Compatible, ResponsesForms.Translated })
        {
            var error = ResponsesForms.ToChat(Request($$"""{"input":[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":{{output}}}]}"""), target).Error!;

            error.Status.Should().Be(400);
            error.Param.Should().StartWith("input[1].output[0]");
        }
    }

    [Theory]
    [InlineData("none", "none")]
    [InlineData("minimal", "none")]
    [InlineData("low", "high")]
    [InlineData("medium", "high")]
    [InlineData("xhigh", "high")]
    [InlineData("its-own", "its-own")]
    public void Mistral_is_asked_for_an_effort_that_it_knows(string effort, string asked)
    {
        var mistral = ProviderCatalog.All.Single(static p => p.Manifest.Kind == "mistral").Manifest.ChatTarget;

        ((string?)ResponsesForms.Chat(Request($$"""{"reasoning":{"effort":"{{effort}}"} }"""), mistral)["reasoning_effort"]).Should().Be(asked);
    }

    private static string Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        if (!request.ContainsKey("model")) request["model"] = "fast";
        if (!request.ContainsKey("input")) request["input"] = "hi";
        return request.ToJsonString();
    }
}
