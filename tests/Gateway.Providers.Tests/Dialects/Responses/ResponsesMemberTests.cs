using System.Text.Json.Nodes;
using Gateway.Core.Dialects;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Members that the API does not have, at any depth: refused by their place, or left out and named.</summary>
public sealed class ResponsesMemberTests
{
    private static readonly ChatTarget[] Targets = [ResponsesForms.OpenAI, ResponsesForms.Compatible, ResponsesForms.Translated];

    [Theory]
    [InlineData("""{"input":[{"role":"user","content":"q","foo":1}]}""", "input[0].foo")]
    [InlineData("""{"input":[{"role":"system","content":"s","foo":1},{"role":"user","content":"q"}]}""", "input[0].foo")]
    [InlineData("""{"input":[{"role":"system","content":[{"type":"input_text","text":"s","foo":1}]},{"role":"user","content":"q"}]}""", "input[0].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"q","foo":1}]}]}""", "input[0].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"q"},{"type":"input_text","text":"q","foo":1}]}]}""", "input[0].content[1].foo")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image","image_url":"https://a.example/a.png","foo":1}]}]}""", "input[0].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_file","file_data":"data:application/pdf;base64,AA==","foo":1}]}]}""", "input[0].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"},"foo":1}]}]}""", "input[0].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}],"foo":1}]}""", "input[1].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","foo":1}]}]}""", "input[1].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"a","foo":1}]}]}""", "input[1].content[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[],"foo":1}]}""", "input[1].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[{"type":"summary_text","text":"a","foo":1}]}]}""", "input[1].summary[0].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}","foo":1}]}""", "input[1].foo")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}","namespace":"n"}]}""", "input[1].namespace")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"custom_tool_call","call_id":"c","name":"f","input":"i","foo":1}]}""", "input[1].foo")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r","foo":1}]}""", "input[1].foo")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"a","foo":1}]}]}""", "input[1].output[0].foo")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"https://a.example/a.png","foo":1}]}]}""", "input[1].output[1].foo")]
    [InlineData("""{"tools":[{"type":"function","name":"f","parameters":{"foo":1},"foo":1}]}""", "tools[0].foo")]
    [InlineData("""{"tools":[{"type":"custom","name":"f","foo":1}]}""", "tools[0].foo")]
    [InlineData("""{"tools":[{"type":"custom","name":"f","format":{"type":"text","foo":1}}]}""", "tools[0].format.foo")]
    [InlineData("""{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"f","foo":1}}""", "tool_choice.foo")]
    [InlineData("""{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f","foo":1}]}}""", "tool_choice.tools[0].foo")]
    [InlineData("""{"reasoning":{"effort":"low","foo":1}}""", "reasoning.foo")]
    [InlineData("""{"text":{"format":{"type":"json_object","foo":1}}}""", "text.format.foo")]
    [InlineData("""{"text":{"foo":1}}""", "text.foo")]
    [InlineData("""{"stream":true,"stream_options":{"foo":1}}""", "stream_options.foo")]
    public void What_nobody_knows_is_refused_by_its_place_or_left_out_and_named(string fields, string member)
    {
        foreach (var target in Targets)
        {
            var refused = ResponsesForms.ToChat(Request(fields), target).Error;
            var form = ResponsesForms.ToChat(Request(fields), target, drop: true);

            (refused?.Status, refused?.Param).Should().Be((400, member));
            refused!.Message.Should().Contain($"'{member}'");
            form.Error.Should().BeNull();
            form.Value.Dropped.Where(static d => d != "input[].summary").Should().Equal(member);
        }
    }

    /// <summary>What SDKs and agents send beside what is asked for: records of an earlier answer, their own copies, switches that are off.</summary>
    [Theory]
    [InlineData("""{"input":[{"role":"user","content":"q","internal_chat_message_metadata_passthrough":{"turn_id":"t"}},{"type":"message","id":"msg_1","status":"completed","role":"assistant","phase":"commentary","end_turn":true,"content":[{"type":"output_text","text":"a","annotations":[],"logprobs":[],"parsed":{"a":1}}]}]}""")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"reasoning","id":"rs_1","status":"completed","encrypted_content":"gAAA","content":null,"summary":[{"type":"summary_text","text":"t"}]},{"type":"function_call","id":"fc_1","status":"completed","call_id":"c","name":"f","arguments":"{}","parsed_arguments":{},"caller":{"type":"direct"}},{"type":"function_call_output","id":"o","status":"completed","call_id":"c","output":"r"}]}""")]
    [InlineData("""{"input":[{"role":"user","content":"q"},{"type":"custom_tool_call","id":"ctc_1","status":"completed","call_id":"c","name":"f","input":"i"},{"type":"custom_tool_call_output","call_id":"c","name":"f","output":"r"}]}""")]
    [InlineData("""{"stream":true,"stream_options":{"include_obfuscation":true,"include_usage":true}}""")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"q","newer":null,"other":false}],"newer":null}]}""")]
    public void What_clients_send_beside_is_accepted(string fields)
    {
        foreach (var target in Targets)
        {
            var form = ResponsesForms.ToChat(Request(fields), target);

            form.Error.Should().BeNull();
            form.Value.Dropped.Should().BeSubsetOf(["input[].summary"]);
        }
    }

    private static string Request(string fields)
    {
        var request = JsonNode.Parse(fields)!.AsObject();
        request["model"] = "fast";
        if (!request.ContainsKey("input")) request["input"] = "hi";
        return request.ToJsonString();
    }
}
