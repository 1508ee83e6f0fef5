using System.Text.Json.Nodes;
using Gateway.Core.Dialects;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>Members that the API does not have, at any depth: refused by their place, or left out and named.</summary>
public sealed class MessagesMemberTests
{
    private const string Shell = """{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"q"}]}]}""";

    public static IEnumerable<object[]> Unknown => from place in Places from reach in Enum.GetValues<ChatReach>() select new object[] { place.Fields, place.Member, reach };

    private static IEnumerable<(string Fields, string Member)> Places =>
    [
        (User("""{"role":"user","content":"q","foo":1}""", raw: true), "messages[0].foo"),
        (User("""{"type":"text","text":"a","foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"image","source":{"type":"url","url":"https://a.example/a.png"},"foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"image","source":{"type":"url","url":"https://a.example/a.png","foo":1}}"""), "messages[0].content[0].source.foo"),
        (User("""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA==","url":"https://a.example/a.png"}}"""), "messages[0].content[0].source.url"),
        (User("""{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a"},"foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a","foo":1}}"""), "messages[0].content[0].source.foo"),
        (User("""{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a","foo":1}]}}"""), "messages[0].content[0].source.content[0].foo"),
        (User("""{"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"a"}],"foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"a"}],"citations":{"enabled":false,"foo":1}}"""), "messages[0].content[0].citations.foo"),
        (User("""{"type":"tool_reference","tool_name":"f","foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"tool_result","tool_use_id":"a","content":"r","foo":1}"""), "messages[0].content[0].foo"),
        (User("""{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"a","foo":1}]}"""), "messages[0].content[0].content[0].foo"),
        (Assistant("""{"type":"tool_use","id":"a","name":"f","input":{"any":1},"foo":1}"""), "messages[1].content[0].foo"),
        (Assistant("""{"type":"text","text":"a"},{"type":"thinking","thinking":"a","signature":"c2ln","foo":1}"""), "messages[1].content[1].foo"),
        (Assistant("""{"type":"text","text":"a"},{"type":"redacted_thinking","data":"ZW5j","foo":1}"""), "messages[1].content[1].foo"),
        ("""{"system":[{"type":"text","text":"a","foo":1}]}""", "system[0].foo"),
        ("""{"system":[{"type":"text","text":"x-anthropic-billing-header: 1","foo":1}]}""", "system[0].foo"),
        ("""{"tools":[{"name":"f","input_schema":{"type":"object","foo":1},"foo":1}]}""", "tools[0].foo"),
        ("""{"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"auto","foo":1}}""", "tool_choice.foo"),
        ("""{"thinking":{"type":"adaptive","foo":1}}""", "thinking.foo"),
        ("""{"output_config":{"format":{"type":"json_schema","schema":{"foo":1},"foo":1}}}""", "output_config.format.foo"),
        ("""{"output_format":{"type":"json_schema","schema":{},"foo":1}}""", "output_format.foo"),
        ("""{"metadata":{"user_id":"u","foo":1}}""", "metadata.foo"),
        ("""{"metadata":{"foo\u00e9":{"bar":1}}}""", "metadata.foo\u00e9"),
    ];

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_nobody_knows_is_refused_by_its_place_or_left_out_and_named(string fields, string member, ChatReach reach)
    {
        var refused = MessagesTalk.ToChat(Request(fields), reach).Error;
        var form = MessagesTalk.ToChat(Request(fields), reach, drop: true);

        (refused?.Status, refused?.Param).Should().Be((400, member));
        refused!.Message.Should().Contain($"'{member}'");
        form.Error.Should().BeNull();
        form.Value.Dropped.Where(static d => d is not ("x-anthropic-billing-header" or "messages[].content[].thinking" or "messages[].content[].data")).Should().Equal(member);
    }

    /// <summary>What SDKs and agents send beside what is asked for: records of an earlier answer, their own copies, switches that are off.</summary>
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"q"},{"id":"msg_1","type":"message","role":"assistant","model":"m","stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1},"content":[{"type":"text","text":"a","citations":[],"parsed_output":{"a":1}},{"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"direct"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r","is_error":false}]}]}""")]
    [InlineData("""{"thinking":{"type":"adaptive","display":"summarized"}}""")]
    [InlineData("""{"tools":[{"type":"custom","name":"f","description":"d","input_schema":{"type":"object"},"defer_loading":false,"newer":null}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"q","newer":null,"other":false}],"newer":null}]}""")]
    public void What_clients_send_beside_is_accepted(string fields)
    {
        foreach (var reach in Enum.GetValues<ChatReach>())
        {
            var form = MessagesTalk.ToChat(Request(fields), reach);

            form.Error.Should().BeNull();
            form.Value.Dropped.Should().BeEmpty();
        }
    }

    private static string User(string block, bool raw = false) => raw ? $$"""{"messages":[{{block}}]}""" : $$"""{"messages":[{"role":"user","content":[{{block}}]}]}""";

    private static string Assistant(string blocks) => $$"""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{{blocks}}]}]}""";

    private static string Request(string fields)
    {
        var request = JsonNode.Parse(Shell)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject()) request[name] = value?.DeepClone();
        return request.ToJsonString();
    }
}
