using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Providers;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What of a provider's answers is a failed probe.</summary>
public sealed class UpstreamProbeTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public UpstreamProbeTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(200, true)]
    [InlineData(302, true)]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(429, true)]
    [InlineData(401, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task A_probe_has_failed_where_a_request_would_count_as_a_failure_of_its_target(int status, bool good)
    {
        var answering = AnswerAsync(status);

        var error = await AskAsync(Provider(["k"]));

        (await answering).Should().StartWith("GET /v1/models HTTP/1.1\r\n").And.Contain("\r\nAuthorization: Bearer k\r\n");
        (error is null).Should().Be(good);
        if (!good) error!.UpstreamStatus.Should().Be(status);
    }

    [Fact]
    public async Task A_key_that_is_refused_says_nothing_of_the_provider_while_there_is_another()
    {
        var provider = Provider(["first", "second"]);
        var answers = new List<string>();
        var errors = new List<GatewayError?>();
        for (var i = 0; i < 2; i++)
        {
            var answering = AnswerAsync(401);
            errors.Add(await AskAsync(provider));
            answers.Add(await answering);
        }

        answers[0].Should().Contain("Bearer first");
        answers[1].Should().Contain("Bearer second");
        errors[0].Should().BeNull();
        errors[1]!.UpstreamStatus.Should().Be(401);
    }

    [Fact]
    public async Task Silence_and_a_closed_port_are_failures()
    {
        var silent = await AskAsync(Provider(["k"]));   // the kernel accepts, and nobody answers
        var provider = Provider(["k"]);
        _listener.Stop();
        var closed = await AskAsync(provider);

        silent!.Kind.Should().Be(ErrorKind.UpstreamTimeout);
        silent.Message.Should().Contain("probe.timeout");
        closed!.Kind.Should().Be(ErrorKind.BadUpstream);
    }

    [Fact]
    public async Task A_gateway_that_stops_learns_nothing()
    {
        var asking = () => new UpstreamProbe(TimeProvider.System).AskAsync(Provider(["k"]), new CancellationToken(canceled: true));

        await asking.Should().ThrowAsync<OperationCanceledException>();
    }

    private static Task<GatewayError?> AskAsync(ProviderEntry provider) => new UpstreamProbe(TimeProvider.System).AskAsync(provider, CancellationToken.None);

    private ProviderEntry Provider(string[] keys)
    {
        var manifest = ProviderCatalog.ByKind["openai-compatible"].Manifest;
        var config = new ProviderConfig
        {
            Name = "p",
            Kind = manifest.Kind,
            BaseUrl = new Uri($"http://{_listener.LocalEndpoint}/v1"),
            ApiKeys = [.. keys.Select(static k => new Secret(k))],
            Probe = new ProbeConfig { Timeout = TimeSpan.FromSeconds(2) },
        };
        return new ProviderEntry { Name = config.Name, Manifest = manifest, Config = config, Connection = new UpstreamConnection(config, manifest, TimeProvider.System) };
    }

    /// <returns>The head of the request.</returns>
    private async Task<string> AnswerAsync(int status)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var (buffer, head) = (new byte[1], new StringBuilder());
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(buffer);   // throws where the probe has given up
            head.Append((char)buffer[0]);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return head.ToString();
    }
}
