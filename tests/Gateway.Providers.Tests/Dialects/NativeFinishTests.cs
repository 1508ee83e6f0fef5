using System.Text.Json.Nodes;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>The provider's own word for why an answer ended stands beside the one that it became, in every dialect.</summary>
public sealed class NativeFinishTests
{
    private const string End = """ "finish_reason":"content_filter","native_finish_reason":"MALFORMED_FUNCTION_CALL","native_finish_message":"no \"such\" tool" """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_has_it_beside_its_stop_reason(bool isStream)
    {
        var message = Message(End, isStream);

        Words(message).Should().Be(("MALFORMED_FUNCTION_CALL", "no \"such\" tool"));
        ((string?)message["stop_reason"]).Should().Be("refusal");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_it_is_the_stop_reason_itself_it_is_not_said_twice(bool isStream) =>
        Message(""" "finish_reason":"stop","native_finish_reason":"end_turn" """, isStream).Select(static m => m.Key).Should().NotContain(static k => k.StartsWith("native", StringComparison.Ordinal));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_response_has_it_beside_its_details(bool isStream)
    {
        var response = isStream ? ResponsesForms.Last(ResponsesForms.Stream([Chunk(End)])) : JsonNode.Parse(ResponsesForms.Reply(Reply(End)))!.AsObject();

        Words(response).Should().Be(("MALFORMED_FUNCTION_CALL", "no \"such\" tool"));
        ((string?)response["incomplete_details"]!["reason"]).Should().Be("content_filter");
    }

    private static JsonObject Message(string end, bool isStream) => isStream ? MessageSum.Of(MessagesTalk.Stream([Chunk(end)])) : JsonNode.Parse(MessagesTalk.Reply(Reply(end)))!.AsObject();

    private static (string? Reason, string? Message) Words(JsonObject answer) => ((string?)answer["native_finish_reason"], (string?)answer["native_finish_message"]);

    private static string Reply(string end) => $$$"""{"choices":[{"message":{"content":"a"},{{{end}}}}]}""";

    private static string Chunk(string end) => $$$"""{"choices":[{"index":0,"delta":{"content":"a"},{{{end}}}}]}""";
}
