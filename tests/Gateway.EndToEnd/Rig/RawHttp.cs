using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Rig;

/// <summary>What came back over a raw connection.</summary>
/// <param name="Text">All bytes, as Latin-1.</param>
/// <param name="Closed">The server closed (or reset) the connection; else its answer was whole, or it went quiet.</param>
public sealed partial record RawReply(string Text, bool Closed)
{
    /// <summary>The status of each message, in order.</summary>
    public IReadOnlyList<int> Statuses => [.. StatusLine().Matches(Text).Select(static m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];

    public int Status => Statuses.Count > 0 ? Statuses[0] : 0;

    [GeneratedRegex(@"HTTP/1\.[01] (\d{3}) ")]
    private static partial Regex StatusLine();
}

/// <summary>Sends bytes no HTTP client would send.</summary>
public static class RawHttp
{
    /// <summary>So long a server may be silent before its answer is whole: patience, which costs time only where there is none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="bytes">Latin-1: each character is a byte.</param>
    /// <param name="quiet">How long to wait for an answer, where it is expected that none comes.</param>
    /// <param name="more">How long to wait for another one after a whole answer.</param>
    public static async Task<RawReply> SendAsync(int port, string bytes, TimeSpan? quiet = null, TimeSpan more = default)
    {
        using var socket = await ConnectAsync(port);
        var text = new StringBuilder();
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(bytes));
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var isWhole = HttpAnswers.AreWhole(text.ToString());
                if (isWhole && more == default)
                    return new(text.ToString(), false);
                using var limit = new CancellationTokenSource(isWhole ? more : quiet ?? Patience);
                var read = await socket.ReceiveAsync(buffer, limit.Token);
                if (read == 0)
                    return new(text.ToString(), true);
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (OperationCanceledException)
        {
            return new(text.ToString(), false);
        }
        catch (SocketException)
        {
            return new(text.ToString(), true);
        }
    }

    /// <param name="receiveBuffer">Bytes the kernel keeps for this end; it must be said before the connection is made.</param>
    public static async Task<Socket> ConnectAsync(int port, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>A whole and correct request, for the raw road.</summary>
    public static string Post(string path, string key, string body, string? moreHeaders = null) =>
        $"POST {path} HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n{moreHeaders}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body))}";
}
