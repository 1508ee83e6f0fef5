using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstream;

/// <summary>What is sent through a <see cref="GatheringStream"/> arrives, and what comes back after empty reads is whole: as real providers are reached, over TLS and HTTP/2 too, and where requests are given up.</summary>
public sealed class UpstreamBodyTests
{
    private const int Workers = 8;
    private const int Requests = 60;
    private const int Hash = SHA256.HashSizeInBytes;

    private static readonly X509Certificate2 s_certificate = Certificate();

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, false, true)]
    public async Task A_body_and_its_answer_are_whole(bool isEncrypted, bool isHttp2, bool givesUp)
    {
        await using var server = await StartAsync(isEncrypted, isHttp2);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            SslOptions = new() { RemoteCertificateValidationCallback = static (_, shown, _, _) => shown?.GetCertHashString() == s_certificate.GetCertHashString() },
            ConnectCallback = static async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new GatheringStream(socket);
            },
        });
        var address = new Uri($"{(isEncrypted ? "https" : "http")}://localhost:{new Uri(server.Urls.First()).Port}/");

        var whole = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => AskAsync(client, address, isHttp2, givesUp, new Random(worker)))));

        whole.Sum().Should().BeGreaterThan(Workers * Requests / 3).And.BeLessThanOrEqualTo(Workers * Requests);
        if (!givesUp) whole.Sum().Should().Be(Workers * Requests);
    }

    /// <returns>How many were not given up.</returns>
    private static async Task<int> AskAsync(HttpMessageInvoker client, Uri address, bool isHttp2, bool givesUp, Random random)
    {
        var whole = 0;
        for (var i = 0; i < Requests; i++)
        {
            // Around the size at which the head and the body's beginning fill the first write, and far beyond.
            var body = new byte[random.Next(5) switch { 0 => 0, 1 => random.Next(1, 100), 2 => random.Next(3000, 5000), 3 => random.Next(7000, 40_000), _ => random.Next(60_000, 200_000) }];
            random.NextBytes(body);
            using var stop = new CancellationTokenSource();
            if (givesUp && random.Next(3) == 0) stop.CancelAfter(TimeSpan.FromMicroseconds(random.Next(0, 4000)));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address)
                {
                    Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                    Content = new BodyContent(body),
                };
                using var response = await client.SendAsync(request, stop.Token);
                var answer = await ReadAsync(response, stop.Token);
                answer[..Hash].Should().Equal(SHA256.HashData(body));
                answer.Should().HaveCount(Hash + Events(body) * 10);
                whole++;
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException && stop.IsCancellationRequested)
            {
                // Given up: nothing is claimed of it.
            }
        }

        return whole;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var answer = new MemoryStream();
        var buffer = new byte[1000];
        while (true)
        {
            (await stream.ReadAsync(Memory<byte>.Empty, cancellationToken)).Should().Be(0);
            if (await stream.ReadAsync(buffer, cancellationToken) is not (> 0 and var count)) return answer.ToArray();
            answer.Write(buffer, 0, count);
        }
    }

    private static int Events(byte[] body) => body.Length > 0 ? body[0] % 20 : 0;

    /// <summary>Answers with the body's hash, and then some pieces: with a length, in chunks or in frames.</summary>
    private static async Task<WebApplication> StartAsync(bool isEncrypted, bool isHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
            if (isEncrypted) listen.UseHttps(s_certificate);
        }));
        var server = builder.Build();
        server.Run(static async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var bytes = body.ToArray();
            if (bytes.Length % 3 == 0) http.Response.ContentLength = Hash + Events(bytes) * 10;
            await http.Response.Body.WriteAsync(SHA256.HashData(bytes), http.RequestAborted);
            for (var i = 0; i < Events(bytes); i++)
            {
                await http.Response.Body.WriteAsync(new byte[10], http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        });
        await server.StartAsync();
        return server;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
