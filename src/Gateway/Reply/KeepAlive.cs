using System.Buffers;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>
/// Comment lines on a stream that has not begun, so that no proxy between us and the client takes silence for death. They commit the response's status, not its target:
/// another one can still be asked, and a failure becomes an error event.
/// </summary>
internal sealed class KeepAlive(TimeProvider time)
{
    public async ValueTask<T> WaitAsync<T>(ValueTask<T> pending, Call call, Deadline deadline)
    {
        var interval = call.Model!.Keepalive;
        if (pending.IsCompleted || !call.Fields.Stream || call.ContentSent || interval <= TimeSpan.Zero) return await pending;
        var task = pending.AsTask();
        while (true)
        {
            try
            {
                return await task.WaitAsync(interval, time);
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                await CommentAsync(call, deadline);
            }
        }
    }

    private static async ValueTask CommentAsync(Call call, Deadline deadline)
    {
        StreamHeaders.Set(call);
        var client = call.Http.Response.BodyWriter;
        client.Write(": keep-alive\n\n"u8);
        var flushing = client.FlushAsync(deadline.Token);
        if (flushing.IsCompletedSuccessfully) return;
        // A client that does not read is told nothing more; the attempt's own timers end the wait.
        await flushing;
    }
}
