using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>The server's side of one HTTP/2 connection (RFC 9113), as far as requests with a body need it. What stands in their headers is not looked at.</summary>
/// <param name="ignored">Told of each request that came after the last one a GOAWAY names.</param>
internal sealed class Http2Session(SslStream stream, int number, Func<Http2Exchange, Task> handler, Action ignored, CancellationToken stop) : IDisposable
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    private static readonly byte[] LargeStreams = [0, 4, 0, 0x10, 0, 0];   // SETTINGS_INITIAL_WINDOW_SIZE: 1 MiB

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<int, MemoryStream> _bodies = [];
    private readonly ConcurrentBag<Task> _handled = [];
    private int _requests, _highest, _last = int.MaxValue;
    private bool _isDeaf;

    public void Dispose() => _writing.Dispose();

    /// <exception cref="IOException">The client has closed the connection.</exception>
    public async Task RunAsync()
    {
        await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.Length], stop);
        await WriteAsync(Settings, 0, 0, LargeStreams);
        await WriteAsync(WindowUpdate, 0, 0, [0x7f, 0, 0, 0]);
        var head = new byte[9];
        try
        {
            while (!_isDeaf)
            {
                await stream.ReadExactlyAsync(head, stop);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
                await stream.ReadExactlyAsync(payload, stop);
                await TakeAsync(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            }

            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            await Task.WhenAll(_handled);
        }
    }

    /// <summary>A head of status 200, and perhaps the whole body.</summary>
    public async Task AnswerAsync(int id, string type, string? body)
    {
        // Static table: 8 is ":status: 200"; 31 is "content-type", its value without Huffman.
        byte[] head = [0x88, 0x0f, 0x10, (byte)type.Length, .. Encoding.ASCII.GetBytes(type)];
        await WriteAsync(Headers, EndHeaders, id, head);
        if (body is not null) await BodyAsync(id, body, isLast: true);
    }

    public Task BodyAsync(int id, string text, bool isLast) => WriteAsync(Data, isLast ? EndStream : (byte)0, id, Encoding.UTF8.GetBytes(text));

    public Task ResetAsync(int id, int code) => WriteAsync(Reset, 0, id, Bytes(code));

    /// <summary>What was handed over until now will be answered; what comes later, or came while this was on its way, will not.</summary>
    public async Task GoAwayAsync(TimeSpan onItsWay)
    {
        if (_last != int.MaxValue)
            return;
        _last = _highest;
        await Task.Delay(onItsWay, stop);
        await WriteAsync(GoAway, 0, 0, [.. Bytes(_last), .. Bytes(0)]);
    }

    /// <summary>Nothing is read or answered any more, and nobody is told.</summary>
    public void Deafen() => _isDeaf = true;

    private async Task TakeAsync(byte type, byte flags, int id, byte[] payload)
    {
        if (type == Settings && (flags & Ack) == 0) await WriteAsync(Settings, Ack, 0, []);
        if (type == Ping && (flags & Ack) == 0) await WriteAsync(Ping, Ack, 0, payload);
        if (type == Headers) _bodies[id] = new MemoryStream();
        if (type != Data || !_bodies.TryGetValue(id, out var body)) return;
        body.Write(payload);
        if ((flags & EndStream) == 0) return;
        _bodies.Remove(id);
        if (id > _last)
        {
            ignored();
            return;
        }

        _highest = Math.Max(_highest, id);
        var exchange = new Http2Exchange(this, id, number, ++_requests, Encoding.UTF8.GetString(body.ToArray()));
        _handled.Add(HandleAsync(exchange));
    }

    private async Task HandleAsync(Http2Exchange exchange)
    {
        try
        {
            await handler(exchange);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer left, or the test is over.
        }
    }

    private async Task WriteAsync(byte type, byte flags, int id, byte[] payload)
    {
        byte[] frame = [.. Bytes(payload.Length)[1..], type, flags, .. Bytes(id), .. payload];
        await _writing.WaitAsync(stop);
        try
        {
            await stream.WriteAsync(frame, stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static byte[] Bytes(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
