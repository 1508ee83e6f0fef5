using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>A prompt's head and body leave in one piece, and never differ from what was written.</summary>
public sealed class GatheringStreamTests : IAsyncDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _near = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Socket? _far;

    public ValueTask DisposeAsync()
    {
        _near.Dispose();
        _far?.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_small_write_waits_for_the_next_one()
    {
        await using var stream = await ConnectAsync();
        var gathering = GatheringStream.Begin();
        await stream.WriteAsync("head"u8.ToArray());
        _far!.Available.Should().Be(0);
        await stream.WriteAsync("body"u8.ToArray());
        gathering.End();
        await gathering.FlushAsync(CancellationToken.None);
        (await ReceiveAsync(8)).Should().Be("headbody");
    }

    [Fact]
    public async Task What_nothing_follows_is_sent_at_the_end()
    {
        await using var stream = await ConnectAsync();
        var gathering = GatheringStream.Begin();
        await stream.WriteAsync("head"u8.ToArray());
        gathering.End();
        await gathering.FlushAsync(CancellationToken.None);
        (await ReceiveAsync(4)).Should().Be("head");
        await stream.WriteAsync("next"u8.ToArray());
        (await ReceiveAsync(4)).Should().Be("next");
    }

    [Fact]
    public async Task A_connection_closed_in_between_sends_nothing_and_says_so()
    {
        var stream = await ConnectAsync();
        var gathering = GatheringStream.Begin();
        await stream.WriteAsync("head"u8.ToArray());
        gathering.End();
        await stream.DisposeAsync();
        await gathering.FlushAsync(CancellationToken.None);
        (await _far!.ReceiveAsync(new byte[8])).Should().Be(0);
        var write = async () => await stream.WriteAsync("body"u8.ToArray());
        await write.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_900)]
    [InlineData(4_000)]
    [InlineData(4_096)]
    [InlineData(8_192)]
    [InlineData(20_000)]
    [InlineData(32_768)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task A_body_arrives_as_it_was_given(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        Listen();
        var got = AnswerAsync(requests: 2);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                await _near.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new GatheringStream(_near);
            },
        });
        for (var i = 0; i < 2; i++)   // the second on the same connection
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Port}/") { Content = new BodyContent(body) };
            using var response = await client.SendAsync(request, CancellationToken.None);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (await got).Should().HaveCount(2).And.AllSatisfy(b => b.Should().Equal(body));
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    private void Listen()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private async Task<GatheringStream> ConnectAsync()
    {
        Listen();
        await _near.ConnectAsync(_listener.LocalEndPoint!);
        _far = await _listener.AcceptAsync();
        return new GatheringStream(_near);
    }

    private async Task<string> ReceiveAsync(int length)
    {
        var bytes = new byte[length];
        await using var stream = new NetworkStream(_far!);
        await stream.ReadExactlyAsync(bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    private async Task<List<byte[]>> AnswerAsync(int requests)
    {
        _far = await _listener.AcceptAsync();
        await using var stream = new NetworkStream(_far);
        var bodies = new List<byte[]>();
        while (bodies.Count < requests)
        {
            var head = new StringBuilder();
            var letter = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(letter);   // throws where the other side has gone
                head.Append((char)letter[0]);
            }

            var said = head.ToString().Split("\r\n").Single(static l => l.StartsWith("Content-Length: ", StringComparison.Ordinal));
            var body = new byte[int.Parse(said.AsSpan(16), System.Globalization.CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body);
            bodies.Add(body);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }

        return bodies;
    }
}
