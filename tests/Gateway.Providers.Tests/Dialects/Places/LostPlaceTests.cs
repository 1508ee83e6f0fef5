using Gateway.Core.Dialects;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;

namespace Gateway.Providers.Tests.Dialects.Places;

/// <summary>What was left out has the client's names, in whatever dialect it asked.</summary>
public sealed class LostPlaceTests
{
    private const string Cache = "\"cache_control\":{\"type\":\"ephemeral\"}";

    private static readonly string Talk = $$"""
        {"model":"m","max_tokens":50,"system":[{"type":"text","text":"s",{{Cache}}}],"tools":[{"name":"f","input_schema":{"type":"object"},{{Cache}}}],"messages":[
         {"role":"user","content":[{"type":"text","text":"q"},{"type":"document","title":"t.pdf","source":{"type":"base64","media_type":"application/pdf","data":"AAAA"},{{Cache}}}]},
         {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"gateway.thought.nova.AAAA"},{"type":"tool_use","id":"c","name":"f","input":{},{{Cache}}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]}]}
        """;

    private static readonly string Input = $$"""
        {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"q",{{Cache}}},{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
         {"type":"input_file","filename":"t.pdf","file_data":"data:application/pdf;base64,AAAA"}]},
         {"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}",{{Cache}}},{"type":"function_call_output","call_id":"c","output":"r"}]}
        """;

    [Theory]
    [InlineData("messages[].content[].file.filename", "messages[].content[].title")]
    [InlineData("messages[].content[].cache_control", "system[].cache_control,messages[].content[].cache_control")]
    [InlineData("messages[].tool_calls[].cache_control", "messages[].content[].cache_control")]
    [InlineData("messages[].thinking_blocks", "messages[].content[].thinking")]
    [InlineData("messages[].thinking_blocks[].signature", "messages[].content[].signature")]
    [InlineData("tools[].cache_control", "tools[].cache_control")]
    [InlineData("messages[].name", "")]
    [InlineData("messages[].content[].nothing", "")]
    [InlineData("messages[][]", "")]
    public void Of_each_of_a_list_a_message_has_its_own_place(string chat, string client) => Told(MessagesTalk.ToChat(Talk, ChatReach.Translated).Value, chat).Should().Be(client);

    [Theory]
    [InlineData("messages[].content[].file.filename", "input[].content[].filename")]
    [InlineData("messages[].content[].image_url.detail", "input[].content[].detail")]
    [InlineData("messages[].content[].cache_control", "input[].content[].cache_control")]
    [InlineData("messages[].tool_calls[].cache_control", "input[].cache_control")]
    [InlineData("messages[].reasoning_content", "input[].summary")]
    [InlineData("messages[].name", "")]
    public void And_an_input_has_its_own(string chat, string client) => Told(ResponsesForms.ToChat(Input, ResponsesForms.Translated with { TakesReasoning = true }).Value, chat).Should().Be(client);

    [Theory]
    [InlineData(ChatReach.OpenAI)]
    [InlineData(ChatReach.Compatible)]
    public void Marks_that_no_chat_request_has_are_named_where_they_stand(ChatReach reach) =>
        MessagesTalk.ToChat(Talk, reach).Value.Dropped.Should().Contain(["system[].cache_control", "messages[].content[].cache_control", "tools[].cache_control"]).And.NotContain("cache_control");

    private static string Told(ChatForm form, string place) => string.Join(',', form.Places!.Retell([place]));
}
