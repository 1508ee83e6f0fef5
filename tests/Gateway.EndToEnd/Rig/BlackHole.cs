using System.Net;
using System.Net.Sockets;

namespace Gateway.EndToEnd.Rig;

/// <summary>An address that drops attempts to connect, as a host that is down does: a listener that accepts nobody and whose queue is full.</summary>
public sealed class BlackHole : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queue = [];

    /// <param name="address">One of 127.0.0.0/8.</param>
    public BlackHole(IPAddress address)
    {
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(0);
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _queue.Add(socket);
            try
            {
                socket.Connect(At);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Under way: it need not succeed to take its place in the queue.
            }
        }
    }

    public IPEndPoint At => (IPEndPoint)_listener.LocalEndPoint!;

    public void Dispose()
    {
        foreach (var socket in _queue)
            socket.Dispose();
        _listener.Dispose();
    }
}
