using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>At which of the stop sequences an answer ended, as far as anybody says so.</summary>
public sealed class MessagesStopTests
{
    private const string Text = """[{"type":"text","text":"a"}]""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_one_that_Anthropic_names_is_named(bool isStream) => Ended(
        isStream ? ProviderAnswers.AnthropicChunks(Text, "\"stop_sequence\"", "\"\\n\\\"é\"") : [ProviderAnswers.AnthropicReply(Text, "\"stop_sequence\"", "\"\\n\\\"é\"")], isStream, "x", "\n\"é")
        .Should().Be(("stop_sequence", "\n\"é"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_none_was_met_there_is_none(bool isStream) =>
        Ended(isStream ? ProviderAnswers.AnthropicChunks(Text, "\"end_turn\"") : [ProviderAnswers.AnthropicReply(Text, "\"end_turn\"")], isStream, "x").Should().Be(("end_turn", null));

    /// <summary>vLLM and SGLang say it under names of their own, which also have other words and numbers of tokens; Cohere only that there was one.</summary>
    [Theory]
    [InlineData("\"finish_reason\":\"stop\",\"stop_reason\":\"END\"", "stop_sequence", "END")]
    [InlineData("\"finish_reason\":\"stop\",\"matched_stop\":\"END\"", "stop_sequence", "END")]
    [InlineData("\"finish_reason\":\"stop\",\"stop_reason\":\"end_turn\"", "end_turn", null)]
    [InlineData("\"finish_reason\":\"stop\",\"matched_stop\":151645", "end_turn", null)]
    [InlineData("\"finish_reason\":\"length\",\"stop_reason\":\"END\"", "max_tokens", null)]
    [InlineData("\"finish_reason\":\"stop\",\"native_finish_reason\":\"STOP_SEQUENCE\"", "stop_sequence", null)]
    [InlineData("\"finish_reason\":\"stop\"", "end_turn", null)]
    public void What_others_say_counts_where_it_was_asked_for(string end, string reason, string? sequence)
    {
        Ended([$$$"""{"choices":[{"message":{"content":"a"},{{{end}}}}]}"""], isStream: false, "END", "other").Should().Be((reason, sequence));
        Ended([$$$"""{"choices":[{"delta":{"content":"a"},{{{end}}}}]}"""], isStream: true, "END", "other").Should().Be((reason, sequence));
    }

    [Fact]
    public void The_only_one_that_was_asked_for_is_the_one() =>
        Ended(["""{"choices":[{"delta":{"content":"a"},"finish_reason":"stop","native_finish_reason":"STOP_SEQUENCE"}]}"""], isStream: true, "END").Should().Be(("stop_sequence", "END"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Claude_on_Bedrock_is_asked_which_it_was(bool isStream)
    {
        var bedrock = new Translation("bedrock", InferenceEndpoint.ChatCompletions);
        const string fields = """{"stop_sequence":"END"}""";
        const string events = $$"""
            messageStart {"role":"assistant"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"a"} }
            messageStop {"stopReason":"stop_sequence","additionalModelResponseFields":{{fields}} }
            metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2} }

            """;
        IReadOnlyList<string> answer = isStream
            ? [.. Translation.Events(bedrock.Stream(EventStreamFrames.Of(events), [7], out _))]
            : [bedrock.Read(Encoding.UTF8.GetBytes($$"""{"output":{"message":{"role":"assistant","content":[{"text":"a"}]} },"stopReason":"stop_sequence","additionalModelResponseFields":{{fields}},"usage":{"inputTokens":1,"outputTokens":1} }"""))];

        Ended(answer, isStream, "END", "other").Should().Be(("stop_sequence", "END"));
    }

    /// <param name="chat">A reply, or the chunks of a stream.</param>
    private static (string? Reason, string? Sequence) Ended(IReadOnlyList<string> chat, bool isStream, params string[] stops)
    {
        var request = new JsonObject { ["max_tokens"] = 9, ["stop_sequences"] = new JsonArray([.. stops.Select(static s => JsonValue.Create(s))]), ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "a" }) };
        var context = Translation.Context with { Memory = MessagesTalk.ToChat(request.ToJsonString(), ChatReach.Translated).Value.Memory };
        var output = new ArrayBufferWriter<byte>();
        if (isStream)
        {
            var stream = MessagesTalk.Dialect.OpenStream(context);
            foreach (var chunk in chat) stream.Read(Encoding.UTF8.GetBytes(chunk), output);
            stream.Finish(output);
        }
        else
        {
            MessagesTalk.Dialect.WriteReply(Encoding.UTF8.GetBytes(chat.Single()), context, output).Should().BeNull();
        }

        var written = Encoding.UTF8.GetString(output.WrittenSpan);
        var message = isStream ? MessageSum.Of(written) : JsonNode.Parse(written)!;
        return ((string?)message["stop_reason"], (string?)message["stop_sequence"]);
    }
}
