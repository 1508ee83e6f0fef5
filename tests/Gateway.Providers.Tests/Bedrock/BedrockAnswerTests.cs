using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>Replies and streams, what they say and how they fail.</summary>
public sealed class BedrockAnswerTests
{
    private const string Start = """
        messageStart {"role":"assistant","p":"abc"}
        contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hel"}}

        """;

    private const string End = """
        messageStop {"stopReason":"tool_use","additionalModelResponseFields":{"stop_sequence":"x"}}
        metadata {"usage":{"inputTokens":10,"outputTokens":20,"totalTokens":38,"cacheReadInputTokens":3,"cacheWriteInputTokens":5,"cacheDetails":[{"ttl":"1h","inputTokens":2},{"inputTokens":3,"ttl":"5m"}]},"serviceTier":{"type":"priority"},"trace":{"guardrail":{"a":1} } }

        """;

    private static readonly Translation Bedrock = new("bedrock", InferenceEndpoint.ChatCompletions);

    [Fact]
    public void A_stream_keeps_thoughts_signatures_arguments_and_usage()
    {
        const string Blocks = """
            messageStart {"role":"assistant"}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"a \"b\"\n"}}}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"ü"}}}
            contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}
            contentBlockStop {"contentBlockIndex":0}
            contentBlockStart {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":""}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"a\": \"\\u00e9"}}}
            contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":"\"}"}}}
            contentBlockStop {"contentBlockIndex":1}
            contentBlockStart {"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t2","name":"g","type":"tool_use"}}}
            contentBlockStop {"contentBlockIndex":2}
            contentBlockStart {"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"s","name":"web","type":"server_tool_use"}}}
            contentBlockDelta {"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\"q\":"}}}
            contentBlockDelta {"contentBlockIndex":3,"delta":{"toolUse":{"input":"1}"}}}
            contentBlockStop {"contentBlockIndex":3}
            contentBlockDelta {"contentBlockIndex":4,"delta":{"text":"See"}}
            contentBlockDelta {"contentBlockIndex":4,"delta":{"citation":{"title":"T"}}}
            contentBlockStop {"contentBlockIndex":4}
            newer {"x":1}

            """;
        var upstream = EventStreamFrames.Of(Blocks + End);

        var whole = Bedrock.Stream(upstream, [int.MaxValue], out var facts);

        foreach (var cut in new[] { 1, 3, 7, 12 }) Bedrock.Stream(upstream, [cut], out _).Should().Be(whole);
        var deltas = Translation.Events(whole).Select(static e => JsonNode.Parse(e)!["choices"]!.AsArray()).Where(static c => c.Count > 0).Select(static c => c[0]!["delta"]!.AsObject()).ToList();
        string.Concat(deltas.Select(static d => (string?)d["reasoning_content"])).Should().Be("a \"b\"\nü");
        deltas.Single(static d => d["thinking_blocks"] is not null)["thinking_blocks"]!.ToJsonString().Should().Be("""[{"type":"thinking","thinking":"a \u0022b\u0022\n\u00FC","signature":"c2ln"}]""");
        Arguments(deltas, 0).Should().Be("{\"a\": \"\\u00e9\"}");
        Arguments(deltas, 1).Should().Be("{}");
        deltas.SelectMany(static d => d["tool_calls"]?.AsArray() ?? []).Select(static c => (int)c!["index"]!).Distinct().Should().Equal([0, 1], "the third is the provider's own");
        deltas.Single(static d => d["provider_blocks"] is not null)["provider_blocks"]!.ToJsonString().Should().Be(
            """[{"toolUse":{"toolUseId":"s","name":"web","type":"server_tool_use"},"deltas":[{"input":"{\u0022q\u0022:"},{"input":"1}"}]}]""");
        deltas.Single(static d => d["citations"] is not null)["citations"]!.ToJsonString().Should().Be("""[{"title":"T"}]""");
        deltas.Single(static d => d["trace"] is not null)["trace"]!.ToJsonString().Should().Be("""{"guardrail":{"a":1}}""");
        deltas.Single(static d => d["additionalModelResponseFields"] is not null)["additionalModelResponseFields"]!.ToJsonString().Should().Be("""{"stop_sequence":"x"}""");
        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 1, Error = (GatewayError?)null });
        facts.Usage.Should().Be(new TokenUsage { Input = 10, CacheRead = 3, CacheWrite = 3, CacheWriteHour = 2, Output = 20, Tier = ServiceTier.Priority });
        facts.RawUsage.Should().StartWith("""{"inputTokens":10""");
        Translation.Events(whole).Should().ContainSingle(static e => e.Contains("\"finish_reason\":\"tool_calls\",\"native_finish_reason\":\"tool_use\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Line_breaks_between_values_do_not_cut_an_event()
    {
        byte[] upstream =
        [
            .. EventStreamFrames.Event("contentBlockDelta", "{\"delta\":\n{\"citation\":{\r\n\"title\":\"T\"}}}"),
            .. EventStreamFrames.Of("messageStop {\"stopReason\":\"end_turn\"}\n"), .. EventStreamFrames.Event("metadata", "{\"trace\":{\n},\n\"usage\":{\"inputTokens\":1,\n\"outputTokens\":2}}"),
        ];

        Translation.Events(Bedrock.Stream(upstream, [9], out var facts)).Should().HaveCount(5);
        facts.Usage!.Value.Output.Should().Be(2);
    }

    [Theory]
    [InlineData("", null)]   // cut
    [InlineData("metadata {\"usage\":{}}", ErrorKind.BadUpstream)]   // without a reason
    [InlineData("contentBlockDelta []", ErrorKind.BadUpstream)]
    [InlineData("contentBlockDelta {", ErrorKind.BadUpstream)]
    [InlineData("!throttlingException {\"message\":\"Slow down\"}", ErrorKind.RateLimited)]
    [InlineData("!validationException {\"message\":\"Slow down\"}", ErrorKind.UpstreamRejected)]
    [InlineData("!modelTimeoutException {\"message\":\"Slow down\"}", ErrorKind.UpstreamTimeout)]
    [InlineData("!modelStreamErrorException {\"message\":\"Slow down\",\"originalStatusCode\":500}", ErrorKind.BadUpstream)]
    [InlineData("!serviceUnavailableException {\"message\":\"Slow down\"}", ErrorKind.BadUpstream)]
    [InlineData("!newerException {\"message\":\"\\ud800\"}", ErrorKind.BadUpstream)]   // no text
    [InlineData("!newerException <html>", ErrorKind.BadUpstream)]
    public void A_stream_that_does_not_end_well_is_not_finished(string last, ErrorKind? kind)
    {
        var answer = Bedrock.Stream(EventStreamFrames.Of(Start + last), [5], out var facts);

        answer.Should().NotContain("\"stop\"", "nobody may take it for whole");
        facts.Finished.Should().BeFalse();
        facts.Error?.Kind.Should().Be(kind);
        (facts.Error is null).Should().Be(kind is null);
        if (last.Contains("Slow down", StringComparison.Ordinal)) facts.Error!.Message.Should().Be("Slow down");
    }

    /// <summary>The message is whole; its usage is missing. Where the connection is cut, that is for whoever reads it to say.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(20, false)]   // something more had begun
    public void A_stream_without_its_last_event_can_end_after_the_reason(int more, bool canEnd)
    {
        var frames = EventStreamFrames.Of(Start + "messageStop {\"stopReason\":\"end_turn\"}");

        var answer = Bedrock.Stream([.. frames, .. EventStreamFrames.Of("metadata {\"usage\":{}}")[..more]], [5], out var facts);

        answer.Should().Contain("\"stop\"");
        facts.Finished.Should().BeFalse();
        facts.CanEnd.Should().Be(canEnd);
    }

    [Fact]
    public void An_error_without_a_payload_says_what_its_headers_say()
    {
        var error = EventStreamFrames.Frame([(":message-type", "error"), (":error-code", "ThrottlingException"), (":error-message", "too fast")], []);

        Bedrock.Stream([.. EventStreamFrames.Of(Start), .. error], [3], out var facts);

        facts.Error.Should().BeEquivalentTo(new { Kind = ErrorKind.RateLimited, Message = "too fast", ProviderBody = (ReadOnlyMemory<byte>?)null });
    }

    [Fact]
    public void A_checksum_that_is_wrong_ends_the_stream()
    {
        var upstream = EventStreamFrames.Of(Start + End);
        upstream[^1] ^= 1;

        Bedrock.Stream(upstream, [50], out var facts);

        facts.Should().BeEquivalentTo(new { Finished = false, Error = new { Kind = ErrorKind.BadUpstream } });
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("guardrail_intervened", "content_filter")]
    [InlineData("content_filtered", "content_filter")]
    [InlineData("malformed_tool_use", "stop")]
    [InlineData("newer", "stop")]
    public void A_reply_says_why_it_ended_in_both_languages(string stop, string finish)
    {
        var reply = JsonNode.Parse(Bedrock.Read(Encoding.UTF8.GetBytes($$"""{"output":{"message":{"content":[{"text":"a"},{"text":"b"}]} },"stopReason":"{{stop}}","usage":{"inputTokens":1,"outputTokens":2} }""")))!;

        var choice = reply["choices"]![0]!;
        ((string?)choice["message"]!["content"], (string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be(("ab", finish, stop));
    }

    [Fact]
    public void A_reply_shows_citations_foreign_blocks_and_the_trace()
    {
        var reply = JsonNode.Parse(Bedrock.Read("""
            {"output":{"message":{"content":[{"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{"q":1},"type":"server_tool_use"}},{"toolResult":{"toolUseId":"s","content":[]}},{"text":"See "},
             {"citationsContent":{"content":[{"text":"this"}],"citations":[{"title":"T","location":{"web":{"url":"https://a.example/"}}}]}}]}},
             "stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2},"trace":{"guardrail":{}},"additionalModelResponseFields":{"a":1}}
            """u8))!;

        var message = reply["choices"]![0]!["message"]!;
        ((string?)message["content"]).Should().Be("See this");
        message["tool_calls"].Should().BeNull();
        message["citations"]!.ToJsonString().Should().Be("""[{"title":"T","location":{"web":{"url":"https://a.example/"}}}]""");
        message["provider_blocks"]!.ToJsonString().Should().Be(
            """[{"toolUse":{"toolUseId":"s","name":"nova_grounding","input":{"q":1},"type":"server_tool_use"}},{"toolResult":{"toolUseId":"s","content":[]}}]""");
        (reply["trace"]!.ToJsonString(), reply["additionalModelResponseFields"]!.ToJsonString()).Should().Be(("""{"guardrail":{}}""", """{"a":1}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"output":5}""")]
    public void A_reply_that_is_none_is_a_bad_upstream(string body) =>
        Bedrock.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error!.Kind.Should().Be(ErrorKind.BadUpstream);

    [Theory]
    [InlineData("""{"inputTokens":-1,"outputTokens":2}""")]
    [InlineData("""{"inputTokens":1e30,"outputTokens":2}""")]
    [InlineData("""{"inputTokens":1,"outputTokens":2,"cacheDetails":[{"ttl":"1h","inputTokens":"x"}]}""")]
    [InlineData("5")]
    public void A_usage_that_cannot_be_is_none(string usage)
    {
        var read = Bedrock.Translator.ReadReply(Encoding.UTF8.GetBytes($$"""{"output":{"message":{"content":[]} },"stopReason":"end_turn","usage":{{usage}} }"""), Translation.Context, new ArrayBufferWriter<byte>());

        read.Error.Should().BeNull();
        read.Value.Usage.Should().BeNull();
    }

    [Theory]
    [InlineData(400, "ThrottlingException:http://internal.amazon.com/coral/", "{\"message\":\"m\"}", ErrorKind.RateLimited, null)]
    [InlineData(400, "ServiceQuotaExceededException", "{\"message\":\"m\"}", ErrorKind.RateLimited, null)]
    [InlineData(400, "ValidationException", "{\"message\":\"Input is too long for requested model.\"}", ErrorKind.UpstreamRejected, "context_length_exceeded")]
    [InlineData(400, "ValidationException", "{\"message\":\"Input Tokens Exceeded: Number of input tokens exceeds maximum length.\"}", ErrorKind.UpstreamRejected, "context_length_exceeded")]
    [InlineData(400, "ValidationException", "{\"message\":\"m\"}", ErrorKind.UpstreamRejected, null)]
    [InlineData(400, null, "{\"__type\":\"com.amazon.coral.service#UnrecognizedClientException\",\"Message\":\"m\"}", ErrorKind.BadUpstream, null)]
    [InlineData(400, "ExpiredTokenException", "", ErrorKind.BadUpstream, null)]
    [InlineData(424, "ModelErrorException", "{\"message\":\"m\"}", ErrorKind.BadUpstream, null)]
    [InlineData(408, "ModelTimeoutException", "{\"message\":\"m\"}", ErrorKind.UpstreamTimeout, null)]
    [InlineData(404, "ResourceNotFoundException", "{\"message\":\"m\"}", ErrorKind.UpstreamRejected, null)]
    [InlineData(400, "ValidationException", "{\"message\":7}", ErrorKind.UpstreamRejected, null)]
    public void An_error_is_whose_fault_its_name_says(int status, string? name, string body, ErrorKind kind, string? code)
    {
        var read = new GatewayError(UpstreamStatus.Classify(status), "unread") { UpstreamStatus = status, ProviderCode = name };

        var error = Bedrock.Translator.ReadError(read, status, Encoding.UTF8.GetBytes(body));

        (error.Kind, error.Code, error.UpstreamStatus).Should().Be((kind, code, status));
        if (kind == ErrorKind.RateLimited) error.RetryAfter.Should().NotBeNull();
        if (body.Contains("\"m\"", StringComparison.Ordinal)) error.Message.Should().Be("m");
    }

    private static string Arguments(IEnumerable<JsonObject> deltas, int index) => string.Concat(
        deltas.SelectMany(static d => d["tool_calls"]?.AsArray() ?? []).Where(c => (int)c!["index"]! == index).Select(static c => (string?)c!["function"]!["arguments"]));
}
