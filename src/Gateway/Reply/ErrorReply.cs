using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Pipeline;

namespace Gateway.Reply;

/// <summary>How a failed request is told so: a status and a body, or, on a stream that has begun, one error event and a connection that does not end well.</summary>
internal static class ErrorReply
{
    public static readonly GatewayError ClientClosed = new(ErrorKind.ClientClosed, "The client closed the connection.");

    public static GatewayError Internal(string requestId) =>
        new(ErrorKind.Internal, $"The gateway failed on this request. Its log says why, under {requestId}.");

    /// <exception cref="AbandonedResponseException">
    /// A stream that had begun was cut: the connection must not end as if all were well. Where the provider itself said so in an event, that is the end, and nothing is missing.
    /// </exception>
    public static async ValueTask WriteAsync(Call call, GatewayError error)
    {
        var http = call.Http;
        if (error.Kind == ErrorKind.ClientClosed || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();   // nobody to tell, or somebody who does not read
            return;
        }

        if (!HasBegun(call))
        {
            ResponseHeaders.Set(call);
            await ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted, call.Dialect, call.RequestId);
            return;
        }

        StreamHeaders.Set(call);
        var client = http.Response.BodyWriter;
        WriteEvent(client, call, error);
        await PatientFlush.RunAsync(http, call.Snapshot.Config.Server.FlushTimeout, call.Time);
        if (!error.IsStated) throw new AbandonedResponseException();
    }

    /// <remarks>Also a stream whose first bytes are written and not yet sent has begun: nobody can take them back, and a body of its own behind them would not be read as one.</remarks>
    private static bool HasBegun(Call call) => call.Http.Response is var response && (response.HasStarted || (call.Fields.Stream && response.BodyWriter.UnflushedBytes > 0));

    private static void WriteEvent(IBufferWriter<byte> client, Call call, GatewayError error)
    {
        if (call.Dialect is { } dialect)
        {
            dialect.WriteErrorEvent(client, error, call.RequestId, call.EventsWritten);
            return;
        }

        client.Write("data: "u8);
        ErrorWriter.Write(client, error);
        client.Write("\n\n"u8);
    }
}
