using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Cohere;

/// <summary>Replies, streams and errors: what they say and how they fail.</summary>
public sealed class CohereAnswerTests
{
    private const string Start = """
        event: message-start
        data: {"id":"a","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}


        """;

    private static readonly Translation Cohere = new("cohere", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("", null)]   // cut
    [InlineData("""{"type":"message-end","delta":{"finish_reason":"ERROR","error":"The model broke."}}""", "The model broke.")]
    [InlineData("""{"type":"message-end","delta":{"finish_reason":"TIMEOUT"}}""", "Cohere ended its answer with TIMEOUT.")]
    [InlineData("""{"type":"message-end","delta":{}}""", "Cohere ended a stream without saying why.")]
    [InlineData("""{"id":"a","message":"internal \ud800"}""", "internal \\ud800")]
    [InlineData("{", "Cohere sent an answer that cannot be read.")]
    [InlineData("[]", "Cohere sent an answer that cannot be read.")]
    public void A_stream_that_does_not_end_well_is_not_finished(string last, string? error)
    {
        Cohere.Stream(Encoding.UTF8.GetBytes(Start + (last.Length > 0 ? $"data: {last}\n\n" : "")), [5], out var facts);

        facts.Finished.Should().BeFalse();
        facts.Error?.Message.Should().Be(error);
        (facts.Error is null).Should().Be(error is null);
        if (last.Contains("ud800", StringComparison.Ordinal)) facts.Error!.ProviderBody.Should().BeNull("it cannot be written again");
    }

    [Fact]
    public void Unknown_events_are_counted_and_what_follows_the_end_is_not_looked_at()
    {
        var upstream = Start + """
            data: {"type":"newer","delta":{"x":1}}

            data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"newer":1}}}}

            data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":3,"output_tokens":4}}}}

            data: [DONE]


            """;

        Cohere.Stream(Encoding.UTF8.GetBytes(upstream), [3], out var facts);

        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 2, Error = (GatewayError?)null });
        facts.RawUsage.Should().Be("""{"tokens":{"input_tokens":3,"output_tokens":4}}""");
    }

    [Theory]
    [InlineData("COMPLETE", "stop")]
    [InlineData("STOP_SEQUENCE", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("ERROR_LIMIT", "length")]
    [InlineData("TOOL_CALL", "tool_calls")]
    [InlineData("ERROR_TOXIC", "content_filter")]
    [InlineData("NEWER", "stop")]
    public void A_reply_says_why_it_ended_in_both_languages(string reason, string finish)
    {
        var reply = JsonNode.Parse(Cohere.Read(Encoding.UTF8.GetBytes($$"""{"message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"newer","x":1}]},"finish_reason":"{{reason}}"}""")))!;

        var choice = reply["choices"]![0]!;
        ((string?)choice["message"]!["content"], (string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be(("ab", finish, reason));
        choice["message"]!["provider_blocks"]!.ToJsonString().Should().Be("""[{"type":"newer","x":1}]""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"message":"no"}""")]
    [InlineData("""{"message":{"content":5}}""")]
    [InlineData("""{"message":{"content":[]},"finish_reason":"ERROR"}""")]
    public void A_reply_that_is_none_is_a_bad_upstream(string body) =>
        Cohere.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error!.Kind.Should().Be(ErrorKind.BadUpstream);

    [Theory]
    [InlineData("""{"tokens":{"input_tokens":10,"output_tokens":20,"reasoning_tokens":5},"billed_units":{"input_tokens":1,"output_tokens":2},"cached_tokens":4}""", 6, 4, 20, 5)]
    [InlineData("""{"tokens":{"input_tokens":10.0,"output_tokens":20}}""", 10, 0, 20, 0)]
    [InlineData("""{"tokens":null,"billed_units":{"input_tokens":1,"output_tokens":2}}""", 1, 0, 2, 0)]
    [InlineData("""{"tokens":{"input_tokens":3,"output_tokens":4},"cached_tokens":9}""", 0, 3, 4, 0)]
    public void Usage_is_what_the_model_read_and_wrote(string usage, long input, long cached, long output, long reasoning) =>
        Usage(usage).Should().Be(new TokenUsage { Input = input, CacheRead = cached, Output = output, Reasoning = reasoning });

    [Theory]
    [InlineData("""{"tokens":{"input_tokens":-1,"output_tokens":2}}""")]
    [InlineData("""{"tokens":{"input_tokens":1.5,"output_tokens":2}}""")]
    [InlineData("""{"tokens":{"input_tokens":1e30,"output_tokens":2}}""")]
    [InlineData("""{"tokens":{"input_tokens":"1","output_tokens":2}}""")]
    [InlineData("""{"billed_units":{"search_units":1}}""")]
    [InlineData("{}")]
    [InlineData("5")]
    public void A_usage_that_cannot_be_is_none(string usage) => Usage(usage).Should().BeNull();

    [Theory]
    [InlineData("""{"error_type":"TOO_MANY_TOKENS","message":"too many tokens"}""", "context_length_exceeded")]
    [InlineData("""{"message":"no TOO_MANY_TOKENS"}""", null)]
    public void Too_long_a_prompt_has_the_code_that_clients_know(string body, string? code) =>
        Cohere.Translator.ReadError(new GatewayError(ErrorKind.UpstreamRejected, "x"), 400, Encoding.UTF8.GetBytes(body)).Code.Should().Be(code);

    private static TokenUsage? Usage(string usage)
    {
        var read = Cohere.Translator.ReadReply(Encoding.UTF8.GetBytes($$"""{"message":{"content":[]},"finish_reason":"COMPLETE","usage":{{usage}}}"""), Translation.Context, new ArrayBufferWriter<byte>());
        read.Error.Should().BeNull();
        return read.Value.Usage;
    }
}
