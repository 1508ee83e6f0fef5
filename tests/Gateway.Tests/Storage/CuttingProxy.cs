using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Storage;

/// <summary>Stands between a store and its server, and fails as networks do.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly int _serverPort;
    private readonly Task _accepting;
    private volatile Fault _fault;
    private volatile TaskCompletionSource? _held;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public enum Fault
    {
        None,
        /// <summary>What the server is told arrives; its answer does not, and the connection ends instead.</summary>
        CutAnswers,
        /// <summary>Nothing arrives any more, in either direction, and nobody says so.</summary>
        Silence,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Set(Fault fault) => _fault = fault;

    /// <summary>What is said on the connections there are is kept; those that come are not held up.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server gets what was kept, whatever has become of who said it.</summary>
    public void Deliver() => (_held ?? throw new InvalidOperationException("nothing is held")).SetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var before = _held;
        using (client)
        using (var server = new TcpClient())
        using (var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            var requests = CopyAsync(client, server, isAnswer: false, before, ended.Token);
            var answers = CopyAsync(server, client, isAnswer: true, before, ended.Token);
            await Task.WhenAny(requests, answers);
            await ended.CancelAsync();
            await Task.WhenAll(requests, answers);
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isAnswer, TaskCompletionSource? heldBefore, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is var count && count > 0)
            {
                if (_held is { } held && held != heldBefore)
                    await held.Task.WaitAsync(cancellationToken);
                if (_fault == Fault.CutAnswers && isAnswer)
                    return;
                if (_fault != Fault.Silence)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // One side went away: the other is closed too.
        }
    }
}
