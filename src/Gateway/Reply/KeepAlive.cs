using System.Buffers;
using System.IO.Pipelines;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>
/// Comment lines on a stream that has not begun, so that no proxy between us and the client takes silence for death. They commit the response's status, not its target:
/// another one can still be asked, and a failure becomes an error event.
/// </summary>
/// <remarks>Written by the timer's thread while the request waits for its upstream, or for another request's answer; <see cref="StopAsync"/> comes before the request writes anything itself.</remarks>
internal sealed class KeepAlive : IPulse
{
    private const int Idle = 0, Writing = 1, Stopped = 2;

    private readonly Call _call;
    private readonly Deadline _deadline;
    private readonly TimeSpan _interval;
    private int _state;
    private Task _written = Task.CompletedTask;

    private KeepAlive(Call call, Deadline deadline, TimeSpan interval)
    {
        _call = call;
        _deadline = deadline;
        _interval = interval;
    }

    /// <returns>Null where none are wanted, or the stream has begun.</returns>
    public static KeepAlive? Start(Call call, Deadline deadline)
    {
        var interval = (call.Serving ?? call.Model!).Keepalive;
        if (interval <= TimeSpan.Zero || call.ContentSent) return null;
        var keepAlive = new KeepAlive(call, deadline, interval);
        var silent = call.ElapsedSince(call.SilentSince);
        deadline.Beat(keepAlive, silent < interval ? interval - silent : TimeSpan.Zero);
        return keepAlive;
    }

    public void Beat()
    {
        if (Interlocked.CompareExchange(ref _state, Writing, Idle) == Idle) _written = CommentAsync();
    }

    /// <summary>No more comments; one that is being written is waited for.</summary>
    public ValueTask StopAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Stopped, Idle) != Writing) return ValueTask.CompletedTask;
        return new(StopWritingAsync());
    }

    private async Task StopWritingAsync()
    {
        while (Interlocked.CompareExchange(ref _state, Stopped, Idle) == Writing) await Volatile.Read(ref _written);
    }

    private async Task CommentAsync()
    {
        try
        {
            await Task.Yield();   // off the timer's thread
            if (_deadline.Token.IsCancellationRequested) return;   // over meanwhile: its error can have a status of its own
            StreamHeaders.Set(_call);
            var client = _call.Http.Response.BodyWriter;
            client.Write(": keep-alive\n\n"u8);
            await FlushAsync(client);
            _call.SilentSince = _call.Now;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client is gone: the request finds out by itself, at once.
            _deadline.ClientLeft();
        }
        finally
        {
            Volatile.Write(ref _state, Idle);
            _deadline.Beat(this, _interval);
        }
    }

    /// <summary>Waits while the client's buffers are full, at most for the flush timeout; then the client is cut.</summary>
    /// <remarks>
    /// Not stopped by the attempt's token: a flush that is cancelled leaves its bytes behind in front of the error, or has the server reset the connection, and the client, who is still there, is to be told
    /// the error or gets another target's answer.
    /// </remarks>
    private async Task FlushAsync(PipeWriter client)
    {
        var http = _call.Http;
        var flushing = client.FlushAsync(http.RequestAborted).AsTask();
        try
        {
            await flushing.WaitAsync(_call.Snapshot.Config.Server.FlushTimeout, _call.Time);
        }
        catch (TimeoutException)
        {
            http.Abort();
            await flushing;   // until it is over nobody else may write
            _deadline.ClientLeft();
        }
    }
}
