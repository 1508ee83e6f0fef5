using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>Tests that measure time run when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "measured alone";
}

/// <summary>Each timer ends what it watches, and at its time (reliability R2).</summary>
[Collection(Alone.Name)]
public sealed class TimerTests(TimerTests.Fixture fixture) : IClassFixture<TimerTests.Fixture>
{
    private const int Connect = 500, FirstByte = 800, Idle = 600, Total = 2000;

    public sealed record Silence(string Why, string Model, Script Script, bool Stream, int TimerMs, int Pieces, string? Header = null)
    {
        public override string ToString() => Why;
    }

    public static TheoryData<Silence> Silences => new()
    {
        new("no connection", "unreachable", new Script(), false, Connect, 0),
        new("no connection for a stream", "unreachable", new Script(), true, Connect, 0),
        new("no TLS", "mute", new Script(), false, Connect, 0),
        new("no head", "fast", new Script { Stall = Stall.Headers }, false, FirstByte, 0),
        new("no head of a stream", "fast", new Script { Stall = Stall.Headers }, true, FirstByte, 0),
        new("no first token", "fast", new Script { Stall = Stall.First }, true, FirstByte, 0),
        new("no further token", "fast", new Script { Stall = Stall.Middle, After = 1, Chunks = 2 }, true, Idle, 1),
        new("a reply whose bytes are too far apart", "fast", new Script { TrickleMs = 1000 }, false, FirstByte, 0),
        new("a stream without end", "fast", new Script { Chunks = 100, DelayMs = 300 }, true, Total, 7),
        new("a reply without end", "fast", new Script { TrickleMs = 300 }, false, Total, 0),
        new("a client that will not wait for a reply", "fast", new Script { HeadersMs = 5000 }, false, 400, 0, "400ms"),
        new("a client that will not wait for the end of a stream", "fast", new Script { Chunks = 100, DelayMs = 300 }, true, 1000, 4, "1s"),
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task A_silence_ends_at_its_timer(Silence silence)
    {
        var body = Ask.Chat(silence.Model, silence.Script, silence.Stream);
        (string, string)[] headers = silence.Header is null ? [] : [("x-gateway-timeout", silence.Header)];
        var latest = silence.TimerMs + Math.Max(150, silence.TimerMs / 10);
        var (stream, took) = await TimedAsync(body, headers);
        // A machine that stands still for a moment makes any timer late, and none early: one that is always late is wrong.
        for (var again = 0; again < 2 && took > latest; again++)
            (stream, took) = await TimedAsync(body, headers);

        took.Should().BeInRange(silence.TimerMs - 20, latest);
        if (silence.Pieces == 0)
        {
            stream.Status.Should().Be(HttpStatusCode.GatewayTimeout);
            System.Text.Encoding.UTF8.GetString(stream.Bytes).Should().Contain("\"upstream_timeout\"");
        }
        else
        {
            stream.Chunks.Count(static c => !c.TryGetProperty("error", out _)).Should().BeInRange(silence.Pieces - 1, silence.Pieces);
            stream.Errors.Should().ContainSingle().Which.GetProperty("code").GetString().Should().Be("upstream_timeout");
            stream.Done.Should().BeFalse();
            stream.Broken.Should().NotBeNull();
        }
    }

    private async Task<(StreamedAnswer Stream, long Milliseconds)> TimedAsync(string body, (string, string)[] headers)
    {
        var watch = Stopwatch.StartNew();
        var stream = await fixture.Gateway.Caller(SharedRig.AppKey).StreamAsync(body, headers: headers);
        return (stream, watch.ElapsedMilliseconds);
    }

    [Fact]
    public async Task Comment_lines_keep_a_waiting_stream_alive_until_its_first_token()
    {
        var stream = await fixture.Gateway.Caller(SharedRig.AppKey).StreamAsync(Ask.Chat("kept", new Script { FirstMs = 550 }, stream: true));

        var text = System.Text.Encoding.UTF8.GetString(stream.Bytes);
        var beforeFirst = text[..text.IndexOf("data:", StringComparison.Ordinal)];
        beforeFirst.Split('\n').Count(static l => l.StartsWith(':')).Should().BeInRange(3, 12, "550 ms, or what became of them on a busy machine, at one comment each 100 ms");
        stream.Content.Should().Be("tok0 tok1 tok2 ");
        stream.Done.Should().BeTrue();
    }

    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly BlackHole _full = new(IPAddress.Loopback);
        private readonly Socket _mute = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private ScriptedUpstream? _upstream;
        private GatewayProcess? _gateway;

        public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("not started");

        public async Task InitializeAsync()
        {
            // The kernel completes connections to it, and nobody says a word over them.
            _mute.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _mute.Listen();
            _upstream = await ScriptedUpstream.StartAsync(_folder);
            _gateway = await GatewayProcess.StartAsync(_folder, $$"""
                server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
                store: sqlite:{folder}/gateway.db
                providers:
                  - { name: up, kind: openai-compatible, base_url: "{{_upstream.Address}}/v1", api_key: x, timeout: { connect: {{Connect}}ms, first_byte: {{FirstByte}}ms, idle: {{Idle}}ms, total: {{Total}}ms } }
                  - { name: full, kind: openai-compatible, base_url: "http://{{_full.At}}/v1", api_key: x, timeout: { connect: {{Connect}}ms } }
                  - { name: mute, kind: openai-compatible, base_url: "https://{{_mute.LocalEndPoint}}/v1", api_key: x, timeout: { connect: {{Connect}}ms } }
                models:
                  - { name: fast, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }
                  - { name: kept, keepalive: 100ms, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }
                  - { name: unreachable, targets: [{ provider: full, model: m, price: {{PriceList.Yaml}} }] }
                  - { name: mute, targets: [{ provider: mute, model: m, price: {{PriceList.Yaml}} }] }
                keys: [{ name: app, key: {{SharedRig.AppKey}} }]
                """);
            // The first request of a process pays for the compiler, and would be measured with it.
            await _gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script()));
            await _gateway.Caller(SharedRig.AppKey).StreamAsync(Ask.Chat("fast", new Script(), stream: true));
            await _gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Status = 500 }));
        }

        public async Task DisposeAsync()
        {
            if (_gateway is not null)
                await _gateway.DisposeAsync();
            if (_upstream is not null)
                await _upstream.DisposeAsync();
        }

        public void Dispose()
        {
            _full.Dispose();
            _mute.Dispose();
            _folder.Dispose();
        }
    }
}
