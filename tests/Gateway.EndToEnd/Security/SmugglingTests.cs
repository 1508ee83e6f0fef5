using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Bytes that two HTTP parsers might count as one request or as two (reliability S25), sent directly and through proxies that are installed.</summary>
[Collection(OneGateway.Name)]
public sealed class SmugglingTests(SharedRig rig)
{
    /// <param name="Refused">The gateway itself must answer 400.</param>
    public sealed record Probe(string Why, string Bytes, bool Refused)
    {
        public override string ToString() => Why;
    }

    private const string Head = "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n";

    /// <summary>OUTER and INNER become bodies whose cases the upstream counts; the inner one is smuggled goods.</summary>
    private static readonly Probe[] Corpus =
    [
        new("Content-Length and Transfer-Encoding", Head + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER", false),
        new("Transfer-Encoding and Content-Length", Head + "Transfer-Encoding: chunked\r\nContent-Length: OUTERLEN\r\n\r\nOUTERCHUNK0\r\n\r\nINNER", false),
        new("two equal lengths", Head + "Content-Length: OUTERLEN\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("two lengths", Head + "Content-Length: OUTERLEN\r\nContent-Length: 5\r\n\r\nOUTERINNER", true),
        new("a list of lengths", Head + "Content-Length: OUTERLEN, OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a length with a sign", Head + "Content-Length: +OUTERLEN\r\n\r\nOUTERINNER", false),
        new("a negative length", Head + "Content-Length: -1\r\n\r\nOUTERINNER", true),
        new("a length in hexadecimal", Head + "Content-Length: 0x10\r\n\r\nOUTERINNER", true),
        new("an unknown coding", Head + "Transfer-Encoding: xchunked\r\n\r\nOUTERCHUNK0\r\n\r\nINNER", true),
        new("chunked, then identity", Head + "Transfer-Encoding: chunked, identity\r\n\r\nOUTERCHUNK0\r\n\r\nINNER", true),
        new("a space before the colon", Head + "Transfer-Encoding : chunked\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a folded header", Head + "X-Fold: a\r\n b\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a bare line feed in the head", Head + "X-A: b\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("line feeds alone", Head.Replace("\r\n", "\n", StringComparison.Ordinal) + "Content-Length: OUTERLEN\n\nOUTERINNER", true),
        new("a bare carriage return in a header", Head + "X-A: b\rContent-Length: 5\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a null in a header", Head + "X-A: b\0c\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a bare line feed in a chunk extension", Head + "Transfer-Encoding: chunked\r\n\r\n5;a\nINNER", true),
        new("a bare carriage return in a chunk extension", Head + "Transfer-Encoding: chunked\r\n\r\n5;a\rxINNER", true),
        new("a chunk size that is none", Head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nINNER", true),
        new("a chunk size out of range", Head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nINNER", true),
        new("a chunk size beyond 31 bits", Head + "Transfer-Encoding: chunked\r\n\r\n80000000\r\nINNER", true),
        new("a chunk longer than it said", Head + "Transfer-Encoding: chunked\r\n\r\n1\r\nINNER", true),
        new("no Host", Head.Replace("Host: gateway.test\r\n", "", StringComparison.Ordinal) + "Content-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("two Hosts", Head + "Host: other.test\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a Host with a path", Head.Replace("gateway.test", "gateway.test/admin", StringComparison.Ordinal) + "Content-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("an absolute form for another host", Head.Replace("POST /", "POST http://other.test/", StringComparison.Ordinal) + "Content-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("a name with a space", Head + "X A: b\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
        new("an empty name", Head + ": b\r\nContent-Length: OUTERLEN\r\n\r\nOUTERINNER", true),
    ];

    public static TheoryData<Probe> Probes => [.. Corpus];

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task Direct_bytes_are_never_counted_as_more_requests_than_are_answered(Probe probe)
    {
        var reply = await SendAsync(rig.Gateway.Port, probe);

        if (probe.Refused)
            reply.Statuses.Should().Equal([400], reply.Text);
        else
            reply.Statuses.Should().HaveCountLessThanOrEqualTo(2);
        reply.Statuses.Should().NotContain(static s => s >= 500);
    }

    [SkippableTheory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Behind_a_proxy_no_probe_carries_a_second_request_past_it(string proxy)
    {
        var program = Places.Program(proxy);
        Skip.If(program is null, $"{proxy} is not installed; run: apt-get install {proxy}");
        using var folder = new TempFolder();
        var port = Ports.Free();
        var config = folder.File("proxy.conf");
        await File.WriteAllTextAsync(config, proxy == "nginx" ? Nginx(folder.Path, port) : HaProxy(port));
        string[] arguments = proxy == "nginx" ? ["-p", folder.Path, "-e", folder.File("error.log"), "-c", config] : ["-f", config, "-db"];
        await using var process = ChildProcess.Start(program!, arguments, folder.Path);
        await Eventually.TrueAsync(
            async () => (await TryAsync(port)).Status == 200, TimeSpan.FromSeconds(10), () => $"{proxy} to answer: {process.Output}{process.Errors}");

        foreach (var probe in Corpus)
            await SendAsync(port, probe);
    }

    /// <summary>Sends a probe and checks that no request reached the upstream that was not answered.</summary>
    private async Task<RawReply> SendAsync(int port, Probe probe)
    {
        var outer = Ask.NewCase("outer");
        var inner = Ask.NewCase("inner");
        var outerBody = Ask.Chat("fast", new Script { Case = outer });
        var smuggled = RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script { Case = inner }));
        var bytes = probe.Bytes
            .Replace("OUTERLEN", outerBody.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("OUTERCHUNK", $"{outerBody.Length:x}\r\n{outerBody}\r\n", StringComparison.Ordinal)
            .Replace("OUTER", outerBody, StringComparison.Ordinal)
            .Replace("INNER", smuggled, StringComparison.Ordinal)
            .Replace("KEY", SharedRig.AppKey, StringComparison.Ordinal);

        var reply = await RawHttp.SendAsync(port, bytes, quiet: TimeSpan.FromSeconds(3), more: TimeSpan.FromMilliseconds(400));

        var reached = (await rig.Upstream.RequestsAsync(outer)).Count + (await rig.Upstream.RequestsAsync(inner)).Count;
        reached.Should().BeLessThanOrEqualTo(reply.Statuses.Count(static s => s == 200), $"{probe.Why}: {reply.Text}");
        return reply;
    }

    private static Task<RawReply> TryAsync(int port) => TrySendAsync(port, "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    private static async Task<RawReply> TrySendAsync(int port, string bytes)
    {
        try
        {
            return await RawHttp.SendAsync(port, bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return new RawReply("", true);
        }
    }

    private string Nginx(string folder, int port) => $$"""
        daemon off; master_process off; pid {{folder}}/nginx.pid;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
          upstream gateway { server 127.0.0.1:{{rig.Gateway.Port}}; keepalive 4; }
          server {
            listen 127.0.0.1:{{port}};
            location / { proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_request_buffering off; }
          }
        }
        """;

    private string HaProxy(int port) => $$"""
        defaults
          mode http
          timeout connect 2s
          timeout client 10s
          timeout server 10s
          option http-keep-alive
        frontend f
          bind 127.0.0.1:{{port}}
          default_backend b
        backend b
          http-reuse always
          server g 127.0.0.1:{{rig.Gateway.Port}}

        """;
}
