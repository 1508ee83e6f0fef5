using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>An upstream that closes a kept connection without having said so: when it was idle for so long, or instead of answering. What has not been read by then is lost, and the sender's to judge.</summary>
public sealed class ImpatientUpstream : IAsyncDisposable
{
    private static readonly byte[] Reply = Encoding.ASCII.GetBytes(Response());

    private readonly LoopbackListener _listener;
    private readonly TimeSpan _idle;
    private readonly Func<int, bool> _drops;
    private readonly ConcurrentQueue<string> _requests = new();
    private int _connections, _closed;

    /// <param name="idle">How long a connection that had an answer may wait for its next request.</param>
    /// <param name="drops">Whether the request with this number on its connection, from 0, is read and then answered by a close.</param>
    /// <param name="at">Where it listens; null: a free port of 127.0.0.1.</param>
    public ImpatientUpstream(TimeSpan idle, Func<int, bool> drops, IPEndPoint? at = null)
    {
        (_idle, _drops) = (idle, drops);
        _listener = new(ServeAsync, at);
    }

    public string Address => _listener.Address;

    /// <summary>Every request that was read to its last byte: these a provider would have billed.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that this end has closed.</summary>
    public int Closed => Volatile.Read(ref _closed);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static string Response()
    {
        const string body = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
        return $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            using (client)
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                for (var served = 0; await ReadAsync(stream, served == 0 ? Timeout.InfiniteTimeSpan : _idle, stop) is { } request; served++)
                {
                    _requests.Enqueue(request);
                    if (_drops(served))
                        break;
                    await stream.WriteAsync(Reply, stop);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer left, or the test is over: what was received stays.
        }

        Interlocked.Increment(ref _closed);
    }

    /// <returns>Null when its first byte did not come in time, or never will.</returns>
    private static async Task<string?> ReadAsync(NetworkStream stream, TimeSpan idle, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(idle);
        var (buffer, text) = (new byte[64 * 1024], new StringBuilder());
        try
        {
            do
            {
                var read = await stream.ReadAsync(buffer, text.Length == 0 ? patience.Token : stop);
                if (read == 0)
                    return null;
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
            while (RawUpstream.CountRequests(text.ToString()) == 0);
            return text.ToString();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
