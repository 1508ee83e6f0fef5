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

    /// <exception cref="AbandonedResponseException">Always, where a stream had begun: the connection must not end as if all were well.</exception>
    public static async ValueTask WriteAsync(Call call, GatewayError error)
    {
        var http = call.Http;
        if (error.Kind == ErrorKind.ClientClosed || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();   // nobody to tell, or somebody who does not read
            return;
        }

        if (!http.Response.HasStarted)
        {
            ResponseHeaders.Set(call);
            await ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted);
            return;
        }

        var client = http.Response.BodyWriter;
        client.Write("data: "u8);
        ErrorWriter.Write(client, error);
        client.Write("\n\n"u8);
        await client.FlushAsync(http.RequestAborted);
        throw new AbandonedResponseException();
    }
}
