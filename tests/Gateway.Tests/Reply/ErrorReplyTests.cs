using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Reply;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

/// <summary>Where an error is told when bytes of a stream are written, and none has left.</summary>
public sealed class ErrorReplyTests
{
    [Fact]
    public async Task Behind_bytes_of_a_stream_that_are_not_sent_yet_an_error_is_an_event()
    {
        using var client = new GatedClient(new ManualTimers(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)));
        client.Open();
        var response = client.Call.Http.Response;
        response.BodyWriter.Write(": keep-alive\n\n"u8);

        var telling = async () => await ErrorReply.WriteAsync(client.Call, new GatewayError(ErrorKind.UpstreamTimeout, "Too late."));

        await telling.Should().ThrowAsync<AbandonedResponseException>();
        response.StatusCode.Should().Be(200);
        response.ContentType.Should().Be(StreamHeaders.ContentType);
        response.ContentLength.Should().BeNull();
        client.Received.Should().StartWith(": keep-alive\n\ndata: {\"error\":{\"message\":\"Too late.\"").And.EndWith("}\n\n");
    }

    [Fact]
    public async Task A_client_that_leaves_an_error_event_unread_is_cut_after_the_flush_timeout()
    {
        var time = new ManualTimers(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        using var client = new GatedClient(time);
        client.Call.Http.Response.BodyWriter.Write(": keep-alive\n\n"u8);

        var telling = ErrorReply.WriteAsync(client.Call, new GatewayError(ErrorKind.UpstreamTimeout, "Too late.")).AsTask();
        await client.Asked;
        for (var i = 0; i < 1_000_000 && !telling.IsCompleted; i++)
        {
            time.Advance(GatedClient.FlushTimeout);   // again, where the flush was not waited for yet
            await Task.Yield();
        }

        telling.IsCompleted.Should().BeTrue();
        client.RequestAborted.IsCancellationRequested.Should().BeTrue();
        await FluentActions.Awaiting(() => telling).Should().ThrowAsync<AbandonedResponseException>();
    }

    [Fact]
    public async Task Where_nothing_is_written_an_error_has_its_status()
    {
        using var client = new GatedClient(new ManualTimers(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)));
        client.Open();

        await ErrorReply.WriteAsync(client.Call, new GatewayError(ErrorKind.UpstreamTimeout, "Too late."));

        client.Call.Http.Response.StatusCode.Should().Be(504);
        client.Received.Should().StartWith("{\"error\":{\"message\":\"Too late.\"");
        client.Call.Http.Response.ContentLength.Should().Be(client.Received.Length);
    }
}
