using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Places;

/// <summary>What a translator refuses or leaves out of the chat request that a client's became is named as the client wrote it.</summary>
public sealed class RefusedPlaceTests
{
    private const string Call = """{"role":"user","content":"Hello"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"c1","name":"f","input":{}}]}""";

    [Theory]
    [InlineData("bedrock", """[{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}]""", "messages[1].content[1].source")]
    [InlineData("bedrock", $$$"""[{{{Call}}},{"role":"user","content":[{"type":"text","text":"b"},{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"c"},{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}]}]""", "messages[2].content[1].content[1].source")]
    [InlineData("bedrock", """[{"role":"user","content":[{"type":"text","text":"b"},{"type":"container_upload","file_id":"f"}]}]""", "messages[0].content[1]")]
    [InlineData("cohere", """[{"role":"user","content":[{"type":"text","text":"b"},{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"aGk="}}]}]""", "messages[0].content[1]")]
    [InlineData("ollama", $$$"""[{{{Call}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1"},{"type":"text","text":"c"},{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}]""", "messages[2].content[2].source")]
    [InlineData("gemini", """[{"role":"user","content":"a"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c9","content":"x"}]}]""", "messages[1].content[0].tool_use_id")]
    [InlineData("demo", $$$"""[{{{Call}}},{"role":"user","content":"and?"}]""", "messages[2]")]
    public void A_message_that_a_translator_refuses(string kind, string messages, string expected) =>
        CheckRefused(ClientDialects.Messages, kind, $$"""{"model":"m","max_tokens":100,"system":"s","messages":{{messages}}}""", expected);

    /// <summary>Named once for all messages, without an index.</summary>
    [Theory]
    [InlineData("gemini", """{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a"}""", "messages[].content[].thinking")]
    [InlineData("cohere", """{"type":"text","text":"a"},{"type":"redacted_thinking","data":"d"}""", "messages[].content[].data")]
    [InlineData("ollama", """{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a"}""", "messages[].content[].thinking")]
    [InlineData("anthropic", """{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}""", "messages[].content[]")]
    [InlineData("ollama", """{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b"}""", "messages[].content[].cache_control")]
    public void What_a_translator_leaves_out_of_every_message(string kind, string blocks, string expected)
    {
        var body = $$"""{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{{blocks}}]},{"role":"user","content":"q"}]}""";
        var manifest = ProviderCatalog.ByKind[kind].Manifest;
        var chat = ClientDialects.Messages.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context, manifest.ChatTarget).Value;
        var built = manifest.Translators[InferenceEndpoint.ChatCompletions].BuildRequest(chat.Body.Span, Translation.Context);

        built.Error.Should().BeNull();
        chat.Places!.Retell(built.Value.Dropped).Should().Equal(expected);
    }

    [Theory]
    [InlineData("gemini", """ "tool_choice":{"type":"auto","disable_parallel_tool_use":true},"tools":[{"name":"f","input_schema":{"type":"object"}}] """, "tool_choice.disable_parallel_tool_use")]
    [InlineData("ollama", """ "tool_choice":{"type":"tool","name":"f"},"tools":[{"name":"f","input_schema":{"type":"object"}}] """, "tool_choice")]
    [InlineData("cohere", """ "tool_choice":{"type":"tool","name":"g"},"tools":[{"name":"f","input_schema":{"type":"object"}}] """, "tool_choice")]
    [InlineData("bedrock", """ "output_config":{"effort":"low"} """, "output_config.effort")]
    [InlineData("bedrock", """ "thinking":{"type":"enabled","budget_tokens":50} """, "thinking")]
    [InlineData("bedrock", """ "metadata":{"user_id":"u"} """, null)]
    [InlineData("demo", """ "stop_sequences":["a","b","c","d","e"] """, "stop_sequences")]
    [InlineData("demo", """ "tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"no good","input_schema":{"type":"object"}}] """, "tools[1].name")]
    [InlineData("demo", """ "tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"g","type":"web_search_20250305"}] """, "tools[1].type")]
    public void A_field_of_a_message_that_a_translator_refuses(string kind, string fields, string? expected) =>
        CheckRefused(ClientDialects.Messages, kind, $$"""{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hello"}],{{fields}}}""", expected);

    [Theory]
    [InlineData("bedrock", """ "instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"b"},{"type":"input_image","image_url":"https://a.example/b.png"}]}] """, "input[0].content[1].image_url")]
    [InlineData("bedrock", """ "input":[{"role":"user","content":"a"},{"type":"reasoning","summary":[]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"https://a.example/b.png"}]}] """, "input[3].output[0].image_url")]
    [InlineData("bedrock", """ "input":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call","call_id":"d","name":"f","arguments":"[]"}] """, "input[3].arguments")]
    [InlineData("anthropic", """ "input":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}]}] """, "input[1].content[0]")]
    [InlineData("anthropic", """ "input":"a","max_output_tokens":500,"reasoning":{"effort":"high"} """, "reasoning.effort")]
    [InlineData("cohere", """ "input":[{"role":"user","content":[{"type":"input_text","text":"b"},{"type":"input_file","file_data":"data:application/pdf;base64,aGk="}]}] """, "input[0].content[1]")]
    [InlineData("gemini", """ "input":[{"role":"user","content":"a"},{"type":"function_call_output","call_id":"c9","output":"x"}] """, "input[1].call_id")]
    [InlineData("anthropic", """ "input":"a","text":{"format":{"type":"json_object"}} """, "text.format")]
    [InlineData("gemini", """ "input":"a","parallel_tool_calls":false,"tools":[{"type":"function","name":"f"}] """, "parallel_tool_calls")]
    [InlineData("bedrock", """ "input":"a","include":["reasoning.encrypted_content","message.output_text.logprobs"] """, "include[1]")]
    [InlineData("bedrock", """ "input":"a","include":["reasoning.encrypted_content"],"top_logprobs":1 """, "top_logprobs")]
    [InlineData("demo", """ "input":"a","tools":[{"type":"web_search"},{"type":"function","name":"f","parameters":{"type":"object"}},{"type":"function","name":"no good"}] """, "tools[2].name")]
    [InlineData("demo", """ "input":"a","temperature":9 """, "temperature")]
    public void What_a_translator_refuses_of_a_request_for_a_response(string kind, string fields, string expected) =>
        CheckRefused(ClientDialects.Responses, kind, $$"""{"model":"m",{{fields}}}""", expected, drop: fields.Contains("web_search", StringComparison.Ordinal));

    [Theory]
    [InlineData("gemini", """ "tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"g","strict":true,"input_schema":{"type":"object"}}] """, "tools[1].strict")]
    [InlineData("ollama", """ "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true} """, "tool_choice,tool_choice.disable_parallel_tool_use")]
    [InlineData("bedrock", """ "thinking":{"type":"enabled","budget_tokens":50} """, "thinking")]
    public void A_field_of_a_message_that_a_translator_leaves_out(string kind, string fields, string expected) =>
        CheckDropped(ClientDialects.Messages, kind, $$"""{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hello"}],{{fields}}}""", expected);

    [Theory]
    [InlineData("gemini", """ "input":"a","tools":[{"type":"web_search"},{"type":"function","name":"g","strict":true}] """, "tools[1].strict")]
    [InlineData("bedrock", """ "input":"a","reasoning":{"effort":"low"} """, "reasoning.effort")]
    [InlineData("anthropic", """ "input":"a","text":{"format":{"type":"json_object"}},"include":["message.output_text.logprobs"],"top_logprobs":1 """, "include[0],top_logprobs,text.format")]
    public void What_a_translator_leaves_out_of_a_request_for_a_response(string kind, string fields, string expected) =>
        CheckDropped(ClientDialects.Responses, kind, $$"""{"model":"m",{{fields}}}""", expected);

    private static void CheckRefused(IClientDialect dialect, string kind, string body, string? expected, bool drop = false)
    {
        var form = Form(dialect, kind, body, drop);
        var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Encoding.UTF8.GetString(form.Body.Span));

        if (expected is null)
        {
            built.Error.Should().BeNull();
            return;
        }

        built.Error.Should().NotBeNull();
        var told = form.Places!.Retell(built.Error!);
        told.Param.Should().Be(expected);
        JsonPlace.TryFind(JsonNode.Parse(body)!, expected, out _).Should().Be(!told.Message.EndsWith("is missing.", StringComparison.Ordinal));
        if (built.Error!.Message.Contains($"'{built.Error.Param}", StringComparison.Ordinal)) told.Message.Should().Contain($"'{expected}'").And.NotContain($"'{(built.Error.Param == expected ? "?" : built.Error.Param)}'");
    }

    private static void CheckDropped(IClientDialect dialect, string kind, string body, string expected)
    {
        var form = Form(dialect, kind, body, drop: true);
        var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(form.Body.Span, Translation.Context with { DropParams = true });

        built.Error.Should().BeNull();
        string.Join(',', form.Places!.Retell(built.Value.Dropped)).Should().Be(expected);
    }

    private static ChatForm Form(IClientDialect dialect, string kind, string body, bool drop)
    {
        var form = dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context with { DropParams = drop }, ProviderCatalog.ByKind[kind].Manifest.ChatTarget);
        form.Error.Should().BeNull();
        return form.Value;
    }
}
