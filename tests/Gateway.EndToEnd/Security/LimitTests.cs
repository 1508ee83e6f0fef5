using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>What is too large is refused by its own status (reliability S18). The shared gateway takes bodies of up to 1 MiB, 64 headers, 16 KB of them.</summary>
[Collection(OneGateway.Name)]
public sealed class LimitTests(SharedRig rig)
{
    private const int MaxBody = 1024 * 1024;

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_served()
    {
        var answer = await rig.App.ChatAsync(BodyOf(MaxBody));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
    }

    [Fact]
    public async Task A_body_one_byte_over_the_limit_is_413()
    {
        var answer = await rig.App.ChatAsync(BodyOf(MaxBody + 1));

        answer.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        answer.Error.GetProperty("code").GetString().Should().Be("body_too_large");
    }

    [Fact]
    public async Task A_body_that_only_says_it_is_too_large_is_413_before_it_is_sent()
    {
        var head = $"POST {Caller.Chat} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SharedRig.AppKey}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n";

        (await RawHttp.SendAsync(rig.Gateway.Port, head)).Status.Should().Be(413);
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_413()
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(BodyOf(MaxBody + 1)));
        using var request = new HttpRequestMessage(HttpMethod.Post, Caller.Chat) { Content = content };
        content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", SharedRig.AppKey);

        using var response = await rig.Gateway.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync()).Should().Contain("body_too_large");
    }

    [Fact]
    public async Task A_chunked_body_without_end_is_cut_at_the_limit()
    {
        using var socket = await RawHttp.ConnectAsync(rig.Gateway.Port);
        var head = $"POST {Caller.Chat} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SharedRig.AppKey}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        await socket.SendAsync(Encoding.Latin1.GetBytes(head));
        var chunk = Encoding.Latin1.GetBytes($"10000\r\n{new string(' ', 0x10000)}\r\n");
        var sent = 0L;
        var refused = false;
        while (!refused && sent < 64 * MaxBody)
        {
            try
            {
                sent += await socket.SendAsync(chunk);
                refused = socket.Available > 0;
            }
            catch (System.Net.Sockets.SocketException)
            {
                refused = true;
            }
        }

        refused.Should().BeTrue();
        sent.Should().BeLessThan(32 * MaxBody, "socket buffers may hold a little more than the limit");
    }

    [Theory]
    [InlineData(60, 10, 200)]
    [InlineData(65, 10, 431)]
    [InlineData(1, 15_000, 200)]
    [InlineData(1, 17_000, 431)]
    [InlineData(20, 1_000, 431)]
    public async Task Headers_over_the_limit_are_431(int count, int length, int status)
    {
        // Host, Authorization, Content-Type and Content-Length are four more.
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-H{i}: {new string('a', length)}\r\n"));

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script()), headers));

        reply.Status.Should().Be(status);
    }

    [Fact]
    public async Task A_request_line_of_nine_kilobytes_is_414()
    {
        var request = $"GET /v1/models?{new string('a', 9000)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SharedRig.AppKey}\r\n\r\n";

        (await RawHttp.SendAsync(rig.Gateway.Port, request)).Status.Should().Be(414);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_answer_is_relayed_whole(bool stream)
    {
        const int Pieces = 4000, Pad = 1000;
        var body = Ask.Chat("fast", new Script { Chunks = Pieces, Pad = Pad }, stream);

        var length = stream ? (await rig.App.StreamAsync(body)).Content.Length : (await rig.App.ChatAsync(body)).Content.Length;

        length.Should().Be(Pieces * Pad);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(4_000)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public async Task Events_of_any_size_are_relayed_whole(int size)
    {
        const int Pieces = 20;

        var stream = await rig.App.StreamAsync(Ask.Chat("fast", new Script { Chunks = Pieces, Pad = size }, stream: true));

        stream.Content.Length.Should().Be(Pieces * size);
        stream.Done.Should().BeTrue();
        stream.Broken.Should().BeNull();
    }

    /// <summary>A chat request of exactly so many bytes.</summary>
    private static string BodyOf(int bytes)
    {
        var empty = Ask.Chat("fast", new Script(), extra: "\"pad\":\"\"");
        return empty.Replace("\"pad\":\"\"", $"\"pad\":\"{new string('a', bytes - empty.Length)}\"", StringComparison.Ordinal);
    }
}
