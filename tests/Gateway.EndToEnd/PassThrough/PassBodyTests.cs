using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>Bodies that are not JSON, both ways: as they are, not held, and not larger than allowed.</summary>
public sealed class PassBodyTests
{
    private const int Mebi = 1024 * 1024;

    [Fact]
    public async Task An_upload_arrives_byte_for_byte_while_it_is_still_being_sent()
    {
        var (begun, end) = (new TaskCompletionSource<int>(), new MemoryStream());
        await using var upstream = await HandlerUpstream.StartRawAsync(async (http, kept) =>
        {
            kept.Keep(http, []);
            var buffer = new byte[64 * 1024];
            for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
            {
                end.Write(buffer, 0, read);
                begun.TrySetResult(read);
            }

            await HandlerUpstream.WriteAsync(http, "application/json", """{"id":"file-1"}""");
        });
        await using var rig = await PassGateway.StartAsync(upstream);
        var first = RandomNumberGenerator.GetBytes(200_000);
        var rest = RandomNumberGenerator.GetBytes(3 * Mebi);
        using var request = Request("/pass/up/files", new HalvesContent(first, begun.Task, rest));
        request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=\"x y\"");

        using var answer = await rig.Gateway.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).Should().Be("""{"id":"file-1"}""");
        end.ToArray().Should().Equal([.. first, .. rest]);
        upstream.Requests[0].Header("content-type").Should().Be("multipart/form-data; boundary=\"x y\"");
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 200, TargetModel = "-", CostNanoUsd = 0 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_larger_than_the_gateway_takes_is_refused(bool saysItsLength)
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"), server: ", max_body: 1MiB");
        using var request = Request("/pass/up/files", new ByteArrayContent(new byte[2 * Mebi]));
        request.Content!.Headers.ContentType = new("application/octet-stream");
        request.Headers.TransferEncodingChunked = !saysItsLength;

        using var answer = await rig.Gateway.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("body_too_large");
        answer.Headers.GetValues("x-request-id").Should().ContainSingle();
        if (saysItsLength) rig.Upstream.Requests.Should().BeEmpty();
        else (await rig.RowsAsync()).Should().ContainSingle().Which.Status.Should().Be(413);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_download_passes_byte_for_byte_and_the_gateway_does_not_grow_with_it(bool saysItsLength)
    {
        var bytes = RandomNumberGenerator.GetBytes(Mebi);
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            http.Response.ContentType = "audio/mpeg";
            http.Response.Headers.ContentDisposition = "attachment";
            if (saysItsLength) http.Response.ContentLength = 32L * Mebi;
            for (var i = 0; i < 32; i++) await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        });
        using var request = Request("/pass/up/files/f1/content", null);

        using var answer = await rig.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var sha = SHA256.Create();
        var got = await sha.ComputeHashAsync(await answer.Content.ReadAsStreamAsync());

        answer.Content.Headers.ContentType!.MediaType.Should().Be("audio/mpeg");
        answer.Content.Headers.ContentLength.Should().Be(saysItsLength ? 32L * Mebi : null);
        answer.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 32; i++) expected.AppendData(bytes);
        got.Should().Equal(expected.GetHashAndReset());
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 200, CostNanoUsd = 0, UsageSource = "exact" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_is_cut_is_not_shown_as_whole(bool saysItsLength)
    {
        var seen = new TaskCompletionSource();
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            if (saysItsLength) http.Response.ContentLength = 100_000;
            await http.Response.Body.WriteAsync(new byte[5000], http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await seen.Task;
            http.Abort();
        });
        using var request = Request("/pass/up/files/f1/content", null);

        using var answer = await rig.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[5000]);
        seen.SetResult();
        var reading = async () => await body.ReadAsync(new byte[5000]);

        await reading.Should().ThrowAsync<IOException>();
        (await rig.RowsAsync()).Should().ContainSingle().Which.Status.Should().Be(502);
    }

    [Fact]
    public async Task A_slow_upload_is_not_taken_for_a_slow_provider()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"), provider: "kind: openai-compatible, api_key: x, timeout: { first_byte: 600ms }");
        using var request = Request("/pass/up/files", new SlowContent(pieces: 6, TimeSpan.FromMilliseconds(250)));

        using var answer = await rig.Gateway.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.OK, "1.5 s of sending are not the provider's");
    }

    [Fact]
    public async Task A_call_with_a_price_is_json_and_nothing_else()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"));
        using var request = Request("/pass/up/chat/completions", new ByteArrayContent(Encoding.UTF8.GetBytes("""{"model":"up-fast"}""")));
        request.Content!.Headers.ContentType = new("application/octet-stream");

        using var answer = await rig.Gateway.Http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        rig.Upstream.Requests.Should().BeEmpty();
    }

    private static HttpRequestMessage Request(string path, HttpContent? content) =>
        new(content is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = content, Headers = { Authorization = new("Bearer", SharedRig.AppKey) } };

    /// <summary>The second half is sent when the first has arrived.</summary>
    private sealed class HalvesContent(byte[] first, Task arrived, byte[] rest) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            await arrived.WaitAsync(TimeSpan.FromSeconds(10));
            await stream.WriteAsync(rest);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = first.Length + rest.Length;
            return true;
        }
    }

    private sealed class SlowContent(int pieces, TimeSpan pause) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var timer = new PeriodicTimer(pause);
            for (var i = 0; i < pieces; i++)
            {
                await stream.WriteAsync(new byte[1000]);
                await stream.FlushAsync();
                await timer.WaitForNextTickAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
