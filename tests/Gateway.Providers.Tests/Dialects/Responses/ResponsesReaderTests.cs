using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Usage;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Answers of providers that speak the dialect, and failures in its shape.</summary>
public sealed class ResponsesReaderTests
{
    private const string Usage = """{"input_tokens":30,"input_tokens_details":{"cached_tokens":10,"cache_write_tokens":5},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":12},"total_tokens":50}""";

    [Fact]
    public void A_response_says_what_it_used_by_which_list_and_how_often_it_searched()
    {
        var read = Facts($$"""{"id":"r","object":"response","status":"completed","error":null,"service_tier":"flex","tool_usage":{"image_gen":{"input_tokens":0},"web_search":{"num_requests":2} },"usage":{{Usage}},"output":[]}""");

        read.Value.Usage.Should().Be(new TokenUsage { Input = 15, CacheRead = 10, CacheWrite = 5, Output = 20, Reasoning = 12, Calls = 2, Tier = ServiceTier.Flex });
        read.Value.RawUsage.Should().Be(Usage);
    }

    [Theory]
    [InlineData("""{"status":"completed"}""")]
    [InlineData("""{"status":"completed","usage":null}""")]
    [InlineData("""{"status":"completed","usage":{"input_tokens":-1,"output_tokens":2}}""")]
    [InlineData("""{"status":"completed","usage":{"input_tokens":"1","output_tokens":2}}""")]
    [InlineData("""{"status":"completed","usage":{"output_tokens":2}}""")]
    public void A_usage_that_is_not_there_or_cannot_be_is_none(string reply) => Facts(reply).Value.Usage.Should().BeNull();

    [Theory]
    [InlineData("""{"status":"failed","error":{"code":"server_error","message":"It broke."}}""", ErrorKind.BadUpstream, "It broke.")]
    [InlineData("""{"status":"failed","error":{"code":"invalid_prompt","message":"Not that."}}""", ErrorKind.UpstreamRejected, "Not that.")]
    [InlineData("""{"error":{"code":"rate_limit_exceeded","message":"Slower."}}""", ErrorKind.RateLimited, "Slower.")]
    [InlineData("""{"status":"failed","error":null}""", ErrorKind.BadUpstream, "The provider reported an error.")]
    [InlineData("""{"code":"x","error":"in words"}""", ErrorKind.BadUpstream, "in words")]
    public void A_failed_response_is_an_error(string reply, ErrorKind kind, string message)
    {
        var error = Facts(reply).Error!;

        (error.Kind, error.Message).Should().Be((kind, message));
        Encoding.UTF8.GetString(error.ProviderBody!.Value.Span).Should().Be(reply);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"status\":\"completed\"")]
    public void What_is_no_response_is_a_bad_upstream(string reply) => Facts(reply).Error!.Kind.Should().Be(ErrorKind.BadUpstream);

    [Fact]
    public void A_stream_counts_words_and_ends_with_its_usage()
    {
        var reader = ResponsesForms.Dialect.OpenReader();

        string[] events =
        [
            """{"type":"response.created","response":{"usage":null}}""", """{"sequence_number":1,"type":"response.output_text.delta","delta":"abc"}""", """{"type":"response.reasoning_summary_text.delta","delta":"de"}""",
            """{"type":"response.function_call_arguments.delta","delta":"{\"a\""}""", """{"type":"response.audio.delta","delta":"AAAA"}""", """{"type":"response.output_text.delta","delta":""}""",
            """{"type":"response.newer","x":1}""", """{"type":"keepalive"}""",
        ];
        events.Select(e => Read(reader, e)).Should().OnlyContain(static r => r == EventRole.Passes);
        (reader.ContentEvents, reader.ContentBytes, reader.Facts.Finished, reader.Facts.UnknownEvents).Should().Be((3, 11, false, 1));

        Read(reader, $$$"""{"response":{"usage":{{{Usage}}},"service_tier":"priority","status":"completed","error":null},"type":"response.completed"}""").Should().Be(EventRole.Ends);
        reader.Facts.Finished.Should().BeTrue();
        reader.Facts.Usage.Should().Be(new TokenUsage { Input = 15, CacheRead = 10, CacheWrite = 5, Output = 20, Reasoning = 12, Tier = ServiceTier.Priority });
        Read(reader, "[DONE]").Should().Be(EventRole.Passes);
        reader.Facts.UnknownEvents.Should().Be(1);
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"It broke.","param":null}""")]
    [InlineData("""{"type":"error","error":{"type":"x","code":"server_error","message":"It broke."}}""")]
    [InlineData("""{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"It broke."},"usage":null}}""")]
    [InlineData("""{"error":{"message":"It broke.","type":"server_error"}}""")]
    public void A_stream_that_fails_does_not_end(string failure)
    {
        var reader = ResponsesForms.Dialect.OpenReader();

        Read(reader, failure).Should().Be(EventRole.Fails);

        (reader.Facts.Finished, reader.Facts.Error!.Kind, reader.Facts.Error.Message).Should().Be((false, ErrorKind.BadUpstream, "It broke."));
        Read(reader, """{"type":"response.completed","response":{}}""").Should().Be(EventRole.Fails);
        reader.Facts.Finished.Should().BeFalse();
    }

    [Fact]
    public void An_event_of_words_costs_no_memory()
    {
        var reader = ResponsesForms.Dialect.OpenReader();
        var delta = """{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"word","logprobs":[],"sequence_number":7}"""u8.ToArray();
        reader.Read(delta);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) reader.Read(delta);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void A_failure_has_the_shape_that_clients_know()
    {
        var failure = new GatewayError(ErrorKind.UpstreamRejected, "It's too long.", "input") { Code = "context_length_exceeded", UpstreamStatus = 400, ProviderBody = Encoding.UTF8.GetBytes("{\n \"a\": 1 }") };

        Written(o => ResponsesForms.Dialect.WriteError(o, failure, "r")).Should().Be("""{"error":{"message":"It's too long.","type":"invalid_request_error","param":"input","code":"context_length_exceeded","provider":{"a":1}}}""");
        var e = Written(o => ResponsesForms.Dialect.WriteErrorEvent(o, failure, "r", 12));
        e.Should().Be("event: error\ndata: {\"type\":\"error\",\"code\":\"context_length_exceeded\",\"message\":\"It's too long.\",\"param\":\"input\",\"sequence_number\":12}\n\n");
        if (OpenAISchema.IsAvailable(out _)) OpenAISchema.Validate("ResponseStreamEvent", Encoding.UTF8.GetBytes(ResponsesOracle.Events(e)[0])).Should().BeEmpty();
    }

    [Theory]
    [InlineData(ErrorKind.BadUpstream, "upstream_error", "bad_upstream")]
    [InlineData(ErrorKind.RateLimited, "rate_limit_error", "rate_limit_exceeded")]
    [InlineData(ErrorKind.InvalidRequest, "invalid_request_error", null)]
    public void A_failure_has_the_codes_of_the_table(ErrorKind kind, string type, string? code)
    {
        var error = JsonNode.Parse(Written(o => ResponsesForms.Dialect.WriteError(o, new GatewayError(kind, "m"), "r")))!["error"]!;

        ((string?)error["type"], (string?)error["code"], error["param"]).Should().Be((type, code, null));
    }

    private static string Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static Outcome<Gateway.Core.Providers.ReplyFacts> Facts(string reply) => ResponsesForms.Dialect.ReadFacts(Encoding.UTF8.GetBytes(reply));

    private static EventRole Read(IDialectReader reader, string data) => reader.Read(Encoding.UTF8.GetBytes(data));
}
