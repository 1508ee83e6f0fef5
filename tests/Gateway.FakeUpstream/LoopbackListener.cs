using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.FakeUpstream;

/// <summary>Accepts TCP connections on loopback and hands each to a handler; disposing stops and waits for all of them.</summary>
public sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly Func<TcpClient, CancellationToken, Task> _handle;
    private readonly Task _accepting;

    /// <param name="handle">Owns the connection, ends when the token fires, and does not throw.</param>
    /// <param name="at">Where; null: a free port of 127.0.0.1.</param>
    public LoopbackListener(Func<TcpClient, CancellationToken, Task> handle, IPEndPoint? at = null)
    {
        _listener = new(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        _handle = handle;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_running.Keys);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _running.TryAdd(_handle(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token), 0);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException && _stop.IsCancellationRequested)
        {
            // Disposed: no more connections.
        }
    }
}
