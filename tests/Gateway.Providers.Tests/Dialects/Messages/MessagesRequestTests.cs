using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Providers.Dialects.Messages;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>What requests are refused for, and the few decisions that golden files do not show.</summary>
public sealed class MessagesRequestTests
{
    [Theory]
    [InlineData("""{"type":"enabled","budget_tokens":1024}""", "high")]
    [InlineData("""{"type":"enabled","budget_tokens":7000}""", "high")]
    [InlineData("""{"type":"disabled"}""", "none")]
    public void Mistral_is_asked_for_an_effort_that_it_knows(string thinking, string asked)
    {
        var mistral = ProviderCatalog.All.Single(static p => p.Manifest.Kind == "mistral").Manifest.ChatTarget;
        var body = $$"""{"max_tokens":8000,"messages":[{"role":"user","content":"q"}],"thinking":{{thinking}}}""";

        var form = MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context, mistral);

        ((string?)JsonNode.Parse(form.Value.Body.Span)!["reasoning_effort"]).Should().Be(asked);
    }

    [Theory]
    [InlineData("us.amazon.nova-2-lite-v1:0", 500, "low")]
    [InlineData("us.amazon.nova-2-lite-v1:0", 9000, "high")]
    [InlineData("openai.gpt-oss-120b-1:0", 500, "minimal")]
    public void A_model_of_Bedrock_is_asked_for_an_effort_that_it_knows(string model, int budget, string asked)
    {
        var body = $$$"""{"max_tokens":8000,"messages":[{"role":"user","content":"q"}],"thinking":{"type":"enabled","budget_tokens":{{{budget}}}}}""";

        var form = MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context with { TargetModel = model }, ProviderCatalog.ByKind["bedrock"].Manifest.ChatTargetOf(model));

        ((string?)JsonNode.Parse(form.Value.Body.Span)!["reasoning_effort"]).Should().Be(asked);
    }

    [Theory]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""}""", ChatReach.OpenAI, false, "messages[].content[].thinking")]
    [InlineData("""{"type":"thinking","thinking":"hm"}""", ChatReach.Translated, false, "messages[].content[].thinking")]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":"s"}""", ChatReach.Compatible, false, "messages[].content[].thinking")]
    [InlineData("""{"type":"redacted_thinking","data":"ZW5j"}""", ChatReach.OpenAI, false, "messages[].content[].data")]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""}""", ChatReach.Compatible, true, "")]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":"s"}""", ChatReach.Translated, false, "")]
    [InlineData("""{"type":"redacted_thinking","data":"ZW5j"}""", ChatReach.Translated, false, "")]
    [InlineData("""{"type":"thinking","thinking":"","signature":""}""", ChatReach.OpenAI, false, "")]
    public void Thoughts_that_the_provider_is_not_told_are_named(string thought, ChatReach reach, bool takesReasoning, string named)
    {
        var body = $$"""{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{{thought}},{"type":"text","text":"b"}]},{"role":"assistant","content":[{{thought}}]},{"role":"user","content":"c"}]}""";

        var form = MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context, MessagesTalk.Target(reach) with { TakesReasoning = takesReasoning }).Value;

        string.Join(',', form.Dropped).Should().Be(named);
        if (named.Length > 0) Encoding.UTF8.GetString(form.Body.Span).Should().NotContain("hm").And.NotContain("ZW5j");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Thoughts_that_a_signature_says_once_more_are_not_named(bool ofCall)
    {
        var memory = ofCall
            ? MessagesMemory.OfCall("\"i\""u8, """{"google":{"thought_signature":"s"}}"""u8, "demo")
            : MessagesMemory.OfMember("extra_content"u8, """{"google":{"thought_signature":"s"}}"""u8, "demo");
        var body = $$"""
            {"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"redacted_thinking","data":"{{memory}}"},
             {"type":"tool_use","id":"i","name":"f","input":{} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}
            """;

        MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context, MessagesTalk.Target(ChatReach.Translated) with { TakesReasoning = false }).Value.Dropped.Should().BeEmpty();
        MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context, MessagesTalk.Target(ChatReach.OpenAI)).Value.Dropped.Should().Equal("messages[].content[].thinking");
    }

    [Theory]
    [InlineData("""[{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"text","text":""}]""", "[{'role':'tool','tool_call_id':'a','content':'1'}]")]
    [InlineData("""[{"type":"text","text":""},{"type":"text","text":"b"}]""", "[{'role':'user','content':'b'}]")]
    [InlineData("""[{"type":"text","text":""},{"type":"text","text":""}]""", "[{'role':'user','content':''}]")]
    [InlineData("""[{"type":"text","text":""}]""", "[{'role':'user','content':''}]")]
    [InlineData("""[{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"text","text":"","cache_control":{"type":"ephemeral"}}]""",
        "[{'role':'tool','tool_call_id':'a','content':'1'},{'role':'user','content':[{'type':'text','text':'','cache_control':{'type':'ephemeral'}}]}]")]
    public void An_empty_text_beside_something_else_is_left_out(string content, string messages)
    {
        var chat = MessagesTalk.Chat($$"""{"max_tokens":9,"messages":[{"role":"user","content":{{content}}}]}""", ChatReach.Translated);

        chat["messages"]!.ToJsonString().Should().Be(messages.Replace('\'', '"'));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "max_tokens")]
    [InlineData("""{"max_tokens":0,"messages":[{"role":"user","content":"a"}]}""", "max_tokens")]
    [InlineData("""{"max_tokens":1.5,"messages":[{"role":"user","content":"a"}]}""", "max_tokens")]
    [InlineData("""{"max_tokens":"5","messages":[{"role":"user","content":"a"}]}""", "max_tokens")]
    [InlineData("""{"max_tokens":1}""", "messages")]
    [InlineData("""{"max_tokens":1,"messages":[]}""", "messages")]
    [InlineData("""{"max_tokens":1,"messages":{}}""", "messages")]
    [InlineData("""{"max_tokens":1,"messages":["a"]}""", "messages[0]")]
    [InlineData("""{"max_tokens":1,"messages":[{"content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"tool","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[]}]}""", "messages[0].content")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":5}]}""", "messages[0].content")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":["a"]}]}""", "messages[0].content[0]")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"text":"a"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_use","id":"a","name":"f"}]}]}""", "messages[0].content[0]")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image"}]}]}""", "messages[0].content[0].source")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"a"}}]}]}""", "messages[0].content[0].source.media_type")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":5}}]}]}""", "messages[0].content[0].source.url")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","content":"a"}]}]}""", "messages[0].content[0].tool_use_id")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"document","source":{"type":"text"}}]}]}]}""", "messages[0].content[0].content[0].source.data")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"newer"}]}]}""", "messages[0].content[0]")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","name":"f","input":{}}]}]}""", "messages[1].content[0].id")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"{}"}]}]}""", "messages[1].content[0].input")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_result","tool_use_id":"a"}]}]}""", "messages[1].content[0]")]
    [InlineData("""{"max_tokens":1,"system":5,"messages":[{"role":"user","content":"a"}]}""", "system")]
    [InlineData("""{"max_tokens":1,"system":[{"type":"image"}],"messages":[{"role":"user","content":"a"}]}""", "system[0]")]
    [InlineData("""{"max_tokens":1,"stream":"yes","messages":[{"role":"user","content":"a"}]}""", "stream")]
    [InlineData("""{"max_tokens":1,"temperature":"hot","messages":[{"role":"user","content":"a"}]}""", "temperature")]
    [InlineData("""{"max_tokens":1,"top_k":4,"messages":[{"role":"user","content":"a"}]}""", "top_k")]
    [InlineData("""{"max_tokens":1,"stop_sequences":[5],"messages":[{"role":"user","content":"a"}]}""", "stop_sequences[0]")]
    [InlineData("""{"max_tokens":1,"metadata":{"user_id":5},"messages":[{"role":"user","content":"a"}]}""", "metadata.user_id")]
    [InlineData("""{"max_tokens":1,"service_tier":"fast","messages":[{"role":"user","content":"a"}]}""", "service_tier")]
    [InlineData("""{"max_tokens":1,"tools":[{"input_schema":{}}],"messages":[{"role":"user","content":"a"}]}""", "tools[0].name")]
    [InlineData("""{"max_tokens":1,"tools":[{"name":"f"}],"messages":[{"role":"user","content":"a"}]}""", "tools[0].input_schema")]
    [InlineData("""{"max_tokens":1,"tools":[{"type":"bash_20250124","name":"bash"}],"messages":[{"role":"user","content":"a"}]}""", "tools[0]")]
    [InlineData("""{"max_tokens":1,"tool_choice":{"type":"any"},"messages":[{"role":"user","content":"a"}]}""", "tool_choice")]
    [InlineData("""{"max_tokens":1,"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool"},"messages":[{"role":"user","content":"a"}]}""", "tool_choice.name")]
    [InlineData("""{"max_tokens":1,"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"some"},"messages":[{"role":"user","content":"a"}]}""", "tool_choice.type")]
    [InlineData("""{"max_tokens":1,"thinking":{"type":"some"},"messages":[{"role":"user","content":"a"}]}""", "thinking.type")]
    [InlineData("""{"max_tokens":1,"thinking":{"type":"enabled"},"messages":[{"role":"user","content":"a"}]}""", "thinking.budget_tokens")]
    [InlineData("""{"max_tokens":1,"output_config":{"effort":"some"},"messages":[{"role":"user","content":"a"}]}""", "output_config.effort")]
    [InlineData("""{"max_tokens":1,"output_config":{"task_budget":{"type":"tokens"}},"messages":[{"role":"user","content":"a"}]}""", "output_config.task_budget")]
    [InlineData("""{"max_tokens":1,"output_format":{"type":"json_schema"},"messages":[{"role":"user","content":"a"}]}""", "output_format.schema")]
    [InlineData("""{"max_tokens":1,"speed":"fast","messages":[{"role":"user","content":"a"}]}""", "speed")]
    [InlineData("""{"max_tokens":1,"newer":{},"messages":[{"role":"user","content":"a"}]}""", "newer")]
    public void A_request_that_does_not_fit_is_refused_by_the_name_of_the_field(string body, string param)
    {
        var form = MessagesTalk.ToChat(body, ChatReach.OpenAI);

        form.IsOk.Should().BeFalse();
        (form.Error!.Kind, form.Error.Param).Should().Be((ErrorKind.InvalidRequest, param));
    }

    [Theory]
    [InlineData(100, "minimal", "low")]
    [InlineData(150, "minimal", "low")]
    [InlineData(160, "low", "low")]
    [InlineData(450, "medium", "medium")]
    [InlineData(700, "high", "high")]
    [InlineData(999, "xhigh", "high")]
    public void A_budget_for_thinking_is_the_nearest_effort(int budget, string translated, string others)
    {
        var body = $$$"""{"max_tokens":1000,"thinking":{"type":"enabled","budget_tokens":{{{budget}}}},"messages":[{"role":"user","content":"a"}]}""";

        ((string?)MessagesTalk.Chat(body, ChatReach.Translated)["reasoning_effort"]).Should().Be(translated);
        ((string?)MessagesTalk.Chat(body, ChatReach.OpenAI)["reasoning_effort"]).Should().Be(others);
    }

    [Theory]
    [InlineData("x-anthropic-billing-header: cc_version=1; cch=1;\nYou are.", "You are.")]
    [InlineData("You are. x-anthropic-billing-header: 1", "You are. x-anthropic-billing-header: 1")]
    public void A_line_for_Anthropics_records_is_not_in_the_prompt(string system, string expected)
    {
        var body = new JsonObject { ["max_tokens"] = 1, ["system"] = system, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "a" }) };

        ((string?)MessagesTalk.Chat(body.ToJsonString(), ChatReach.OpenAI)["messages"]![0]!["content"]).Should().Be(expected);
    }

    [Fact]
    public void Arguments_are_the_clients_bytes()
    {
        const string input = """{ "b" : 1.0e+2 , "a":"\u00e9\/" }""";
        var chat = MessagesTalk.Chat("""{"max_tokens":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":""" + input + "}]}]}", ChatReach.OpenAI);

        ((string?)chat["messages"]![1]!["tool_calls"]![0]!["function"]!["arguments"]).Should().Be(input);
    }

    [Fact]
    public void A_prompt_that_is_only_to_be_counted_needs_no_maximum_and_is_not_refused_for_what_a_provider_lacks()
    {
        var form = MessagesCount.ToChat("""{"model":"m","top_k":5,"tools":[{"type":"bash_20250124","name":"bash"}],"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"a"}]}"""u8, Translation.Context);
        var reply = new ArrayBufferWriter<byte>();
        MessagesCount.Write(reply, 42);

        Encoding.UTF8.GetString(form.Value.Body.Span).Should().Be("""{"model":"m","messages":[{"role":"user","content":"a"}],"reasoning_effort":"medium"}""");
        Encoding.UTF8.GetString(reply.WrittenSpan).Should().Be("""{"input_tokens":42}""");
        MessagesCount.Read(reply.WrittenSpan).Value.Should().Be(42);
        MessagesCount.Read("""{"input_tokens":-1}"""u8).IsOk.Should().BeFalse();
        MessagesCount.ToChat("""{"messages":[]}"""u8, Translation.Context).Error!.Param.Should().Be("messages");
    }

    [Theory]
    [InlineData(""" ,"content":[{"type":"text","text":""}] """, "Error")]
    [InlineData(""" ,"content":"" """, "Error")]
    [InlineData("", "Error")]
    [InlineData(""" ,"content":[{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}] """, "Error: The result is in the user's message.")]
    public void A_failed_result_says_only_that_there_is_more_where_there_is(string content, string said) =>
        MessagesTalk.Chat($$"""{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true{{content}} }]}]}""", ChatReach.OpenAI)["messages"]![0]!["content"]!.GetValue<string>()
            .Should().Be(said);
}
