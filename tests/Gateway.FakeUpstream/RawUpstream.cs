using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.FakeUpstream;

/// <summary>What a <see cref="RawUpstream"/> does after it has sent its bytes.</summary>
public enum RawEnd { KeepAlive, Fin, Rst }

/// <summary>An upstream below HTTP: it keeps every byte it received and answers with bytes it was given.</summary>
/// <remarks>For what Kestrel would repair or refuse: close-delimited bodies, two requests where one was meant, odd heads.</remarks>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly ConcurrentQueue<StringBuilder> _connections = new();
    private readonly byte[] _reply;
    private readonly RawEnd _end;

    /// <param name="reply">Sent after each request, as it is.</param>
    public RawUpstream(string reply, RawEnd end)
        : this(Encoding.UTF8.GetBytes(reply), end)
    {
    }

    /// <param name="reply">Sent after each request, as it is.</param>
    public RawUpstream(byte[] reply, RawEnd end)
    {
        _reply = reply;
        _end = end;
        _listener = new(ServeAsync);
    }

    public string Address => _listener.Address;

    /// <summary>All bytes of each connection so far, as Latin-1.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            var all = new List<string>();
            foreach (var connection in _connections)
                lock (connection)
                    all.Add(connection.ToString());
            return all;
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        using var socket = client;
        var seen = new StringBuilder();
        _connections.Enqueue(seen);
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[16 * 1024];
            var answered = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer, stop);
                if (read == 0)
                    return;
                int complete;
                lock (seen)
                {
                    seen.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    complete = CountRequests(seen.ToString());
                }

                for (; answered < complete; answered++)
                    await stream.WriteAsync(_reply, stop);
                if (answered > 0 && _end != RawEnd.KeepAlive)
                    break;
            }

            if (_end == RawEnd.Rst)
                client.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer left, or the test is over: what was received stays.
        }
    }

    /// <summary>How many complete messages the bytes hold, read as strictly as a proxy would.</summary>
    public static int CountRequests(string bytes)
    {
        var count = 0;
        var at = 0;
        while (true)
        {
            var end = bytes.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
            if (end < 0)
                return count;
            var head = bytes[at..end];
            at = end + 4;
            var length = head.Split("\r\n").FirstOrDefault(static l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
            if (length is not null)
                at += int.Parse(length["content-length:".Length..], CultureInfo.InvariantCulture);
            else if (head.Contains("\r\ntransfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
                at = bytes.IndexOf("0\r\n\r\n", at, StringComparison.Ordinal) is var last and >= 0 ? last + 5 : int.MaxValue;
            if (at > bytes.Length)
                return count;
            count++;
        }
    }
}
