using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>Tools that a provider runs by itself, where the client's dialect has no block for them: shown as the provider wrote them, and never as a call that the client is to run.</summary>
public sealed class ProviderBlockTests
{
    private const string Call = """{"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{},"type":"server_tool_use"}}""";

    private const string Result = """{"toolResult":{"toolUseId":"s","content":[],"status":"success","type":"nova_grounding_result"}}""";

    private static readonly Translation Bedrock = new("bedrock", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_shows_them_in_the_blocks_that_bring_them_back(bool isStream)
    {
        var message = isStream ? MessageSum.Of(MessagesTalk.Stream(Chunks())) : JsonNode.Parse(MessagesTalk.Reply(Reply()))!.AsObject();
        var content = message["content"]!.AsArray();

        content.Select(static b => b!["provider_block"]).OfType<JsonObject>().Select(Kind).Should().Equal("toolUse nova_grounding", "toolResult ");
        content.Select(static b => (string?)b!["type"]).Should().NotContain("tool_use").And.Contain("text");
        message["stop_reason"]!.GetValue<string>().Should().Be("end_turn");
        var next = $$"""{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":{{content.ToJsonString()}} },{"role":"user","content":"b"}]}""";
        var form = MessagesTalk.ToChat(next, Gateway.Core.Dialects.ChatReach.Translated).Value;
        JsonNode.Parse(form.Body.Span)!["messages"]![1]!["provider_blocks"]!.AsArray().Select(static b => Kind(b!.AsObject())).Should().Equal("toolUse nova_grounding", "toolResult ");
        form.Dropped.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_response_shows_them_in_the_item_that_brings_them_back(bool isStream)
    {
        string? events = isStream ? ResponsesForms.Stream(Chunks()) : null;
        if (events is not null) ResponsesOracle.Check(events);
        var response = events is null ? JsonNode.Parse(ResponsesForms.Reply(Reply()))!.AsObject() : ResponsesForms.Last(events);
        var output = response["output"]!.AsArray();

        output.Where(static i => i!["provider_blocks"] is not null).SelectMany(static i => i!["provider_blocks"]!.AsArray()).Select(static b => Kind(b!.AsObject())).Should().Equal("toolUse nova_grounding", "toolResult ");
        output.Select(static i => (string?)i!["type"]).Should().NotContain("function_call").And.Contain("message");
        var next = ResponsesForms.ToChat(ResponsesForms.Next("""{"input":"a"}""", response, """{"role":"user","content":"b"}"""), ResponsesForms.Translated).Value;
        JsonNode.Parse(next.Body.Span)!["messages"]![1]!["provider_blocks"]!.AsArray().Select(static b => Kind(b!.AsObject())).Should().Equal("toolUse nova_grounding", "toolResult ");
    }

    private static string Kind(JsonObject block) => $"{block.First().Key} {block.First().Value!["name"]}";

    private static string Reply() => Bedrock.Read(Encoding.UTF8.GetBytes(
        $$"""{"output":{"message":{"role":"assistant","content":[{{Call}},{{Result}},{"text":"a"}]} },"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2} }"""));

    private static List<string> Chunks() => Translation.Events(Bedrock.Stream(EventStreamFrames.Of("""
        messageStart {"role":"assistant"}
        contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"s","name":"nova_grounding","type":"server_tool_use"}}}
        contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}
        contentBlockStop {"contentBlockIndex":0}
        contentBlockStart {"contentBlockIndex":1,"start":{"toolResult":{"toolUseId":"s","status":"success","type":"nova_grounding_result"}}}
        contentBlockStop {"contentBlockIndex":1}
        contentBlockDelta {"contentBlockIndex":2,"delta":{"text":"a"}}
        contentBlockStop {"contentBlockIndex":2}
        messageStop {"stopReason":"end_turn"}
        metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}

        """), [7], out _));
}
