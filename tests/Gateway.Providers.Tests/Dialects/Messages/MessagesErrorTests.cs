using System.Buffers;
using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>Failures in Anthropic's shape, written and read.</summary>
public sealed class MessagesErrorTests
{
    [Theory]
    [InlineData(ErrorKind.InvalidRequest, "invalid_request_error", null)]
    [InlineData(ErrorKind.InvalidApiKey, "authentication_error", "invalid_api_key")]
    [InlineData(ErrorKind.ModelNotAllowed, "permission_error", "model_not_allowed")]
    [InlineData(ErrorKind.ModelNotFound, "not_found_error", "model_not_found")]
    [InlineData(ErrorKind.MethodNotAllowed, "invalid_request_error", "method_not_allowed")]
    [InlineData(ErrorKind.BodyTooLarge, "request_too_large", "body_too_large")]
    [InlineData(ErrorKind.RateLimited, "rate_limit_error", "rate_limit_exceeded")]
    [InlineData(ErrorKind.BudgetExceeded, "rate_limit_error", "budget_exceeded")]
    [InlineData(ErrorKind.BadUpstream, "api_error", "bad_upstream")]
    [InlineData(ErrorKind.Internal, "api_error", "internal_error")]
    [InlineData(ErrorKind.Overloaded, "overloaded_error", "overloaded")]
    [InlineData(ErrorKind.UpstreamTimeout, "timeout_error", "upstream_timeout")]
    public void An_error_has_Anthropics_type_for_its_status(ErrorKind kind, string type, string? code)
    {
        var error = Translation.Json(Written(new GatewayError(kind, "No \"way\".")));

        error.GetProperty("type").GetString().Should().Be("error");
        error.GetProperty("request_id").GetString().Should().Be("req_1");
        error.GetProperty("error").GetProperty("type").GetString().Should().Be(type);
        error.GetProperty("error").GetProperty("message").GetString().Should().Be("No \"way\".");
        (error.GetProperty("error").TryGetProperty("code", out var said) ? said.GetString() : null).Should().Be(code);
    }

    [Fact]
    public void What_else_is_known_stands_beside() =>
        Written(new GatewayError(ErrorKind.UpstreamRejected, "Too long.", "messages") { Code = "context_length_exceeded", UpstreamStatus = 413, ProviderBody = "{\n \"a\": [1,\r\n 2]}"u8.ToArray() }).Should().Be(
            """{"type":"error","error":{"type":"request_too_large","message":"Too long.","code":"context_length_exceeded","param":"messages","provider":{"a":[1,2]}},"request_id":"req_1"}""");

    [Fact]
    public void An_error_in_a_stream_is_one_event()
    {
        var output = new ArrayBufferWriter<byte>();
        MessagesTalk.Dialect.WriteErrorEvent(output, new GatewayError(ErrorKind.BadUpstream, "Gone.") { ProviderBody = "{\n}"u8.ToArray() }, "req_1", 3);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(
            "event: error\ndata: " + """{"type":"error","error":{"type":"api_error","message":"Gone.","code":"bad_upstream","provider":{}},"request_id":"req_1"}""" + "\n\n");
    }

    [Fact]
    public void A_providers_stream_that_fails_says_why()
    {
        var reader = MessagesTalk.Dialect.OpenReader();
        reader.Read("""{"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}"""u8).Should().Be(EventRole.Passes);
        reader.Read("""{"type":"ping"}"""u8).Should().Be(EventRole.Passes);
        reader.Read("""{"type":"newer"}"""u8).Should().Be(EventRole.Passes);
        reader.Read("no JSON"u8).Should().Be(EventRole.Passes);
        reader.Read("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""u8).Should().Be(EventRole.Fails);

        reader.Facts.Should().BeEquivalentTo(new { Finished = false, UnknownEvents = 2, Error = new { Kind = ErrorKind.BadUpstream, Message = "Overloaded" } });
        reader.Facts.Usage!.Value.Input.Should().Be(10, "what was said until then");
    }

    [Fact]
    public void The_last_usage_of_a_stream_wins_member_by_member()
    {
        var reader = MessagesTalk.Dialect.OpenReader();
        reader.Read("""{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}"""u8);
        reader.Read("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"four"}}"""u8);
        reader.Read("""{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"""u8);
        reader.Read("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}"""u8);
        reader.Read("""{"type":"message_stop"}"""u8).Should().Be(EventRole.Ends);

        reader.Facts.Usage.Should().Be(new Gateway.Core.Usage.TokenUsage { Input = 10, CacheRead = 5, Output = 20 });
        (reader.Facts.Finished, reader.Facts.RawUsage, reader.ContentEvents, reader.ContentBytes).Should().Be((true, """{"output_tokens":20}""", 1, 4));
    }

    [Fact]
    public void A_reply_that_is_an_error_is_one()
    {
        MessagesTalk.Dialect.ReadFacts("""{"type":"error","error":{"type":"api_error","message":"No."}}"""u8).Error!.Message.Should().Be("No.");
        MessagesTalk.Dialect.ReadFacts("<html>"u8).Error!.Kind.Should().Be(ErrorKind.BadUpstream);
        MessagesTalk.Dialect.WriteReply("{}"u8, Translation.Context, new ArrayBufferWriter<byte>())!.Kind.Should().Be(ErrorKind.BadUpstream);
    }

    [Fact]
    public void Words_that_pass_cost_no_memory()
    {
        var reader = MessagesTalk.Dialect.OpenReader();
        var word = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"four"}}"""u8;
        reader.Read(word);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) reader.Read(word);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private static string Written(GatewayError error)
    {
        var output = new ArrayBufferWriter<byte>();
        MessagesTalk.Dialect.WriteError(output, error, "req_1");
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
