using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>An upstream that speaks HTTP/2 over TLS frame by frame, and may end a stream or a connection in each way the protocol has.</summary>
public sealed class Http2Upstream : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly Func<Http2Exchange, Task> _handler;
    private int _connections, _ignored;

    /// <param name="handler">Gets each request that was read to its end, and answers it or does not.</param>
    public Http2Upstream(X509Certificate2 certificate, Func<Http2Exchange, Task> handler)
    {
        (_certificate, _handler) = (certificate, handler);
        _listener = new(ServeAsync);
    }

    public string Address => _listener.Address.Replace("http:", "https:", StringComparison.Ordinal);

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Requests that no GOAWAY counts in: nothing was done for them.</summary>
    public int Ignored => Volatile.Read(ref _ignored);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        var number = Interlocked.Increment(ref _connections);
        try
        {
            using (client)
            {
                client.NoDelay = true;
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, stop);
                if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                    return;
                using var session = new Http2Session(stream, number, _handler, () => Interlocked.Increment(ref _ignored), stop);
                await session.RunAsync();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer left, or the test is over.
        }
    }
}
