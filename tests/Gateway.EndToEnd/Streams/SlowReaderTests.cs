using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Streams;

/// <summary>Time limits that fall while a client has yet to take what was sent to it: what is whole stays whole, and what is not is told.</summary>
public sealed class SlowReaderTests : IAsyncLifetime, IDisposable
{
    private const int Limit = 2000, FlushTimeout = 5000;
    private const string ClientLimit = "x-gateway-timeout: 2s\r\n";

    /// <summary>More than what lies between the two, the kernel's buffers included.</summary>
    private const int Large = 3_000_000;

    private readonly TempFolder _folder = new();
    private HandlerUpstream? _upstream;
    private GatewayProcess? _gateway;
    private PrometheusText? _warm;
    private Func<HttpContext, Task> _answer = static http => HandlerUpstream.WriteAsync(http, "application/json", "{}");

    private GatewayProcess Gateway => _gateway!;

    public async Task InitializeAsync()
    {
        _upstream = await HandlerUpstream.StartAsync((http, _) => _answer(http));
        _gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000, flush_timeout: {{FlushTimeout}}ms }
            store: sqlite:gateway.db
            breaker: { enabled: false }
            providers:
              - { name: up, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789 }
              - { name: brief, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789, timeout: { total: {{Limit}}ms } }
            models:
              - { name: up, targets: [{ provider: up, model: m, price: { input: 0.30, output: 2.00 } }] }
              - { name: brief, targets: [{ provider: brief, model: m, price: { input: 0.30, output: 2.00 } }] }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
        // The first request of a process pays for the compiler, and its limit would fall before it begins.
        using var http = new HttpClient { BaseAddress = Gateway.Http.BaseAddress };   // no check of what comes back
        foreach (var stream in (bool[])[true, false]) await new Caller(http, SharedRig.AppKey).ChatAsync(Ask.Chat("up", "hi", stream: stream));
        _warm = await Gateway.MetricsAsync();
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_upstream is not null) await _upstream.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("up", ClientLimit)]
    [InlineData("brief", "")]
    public async Task A_stream_that_is_whole_is_read_to_its_end_after_the_limit(string model, string limit)
    {
        _answer = StreamAsync;
        var (text, rows) = await ReadAfterAsync(model, limit, stream: true);

        text.Should().EndWith("data: [DONE]\n\n\r\n0\r\n\r\n");
        rows.Should().ContainSingle().Which.Status.Should().Be(200);
        await CountedAsync(200);
        Gateway.Output.Should().NotContain("bug of the gateway");
    }

    [Theory]
    [InlineData("up", ClientLimit)]
    [InlineData("brief", "")]
    public async Task A_client_that_reads_gets_what_was_sent_and_is_told_of_the_limit(string model, string limit)
    {
        _answer = EndlessAsync;
        var (text, rows) = await ReadAfterAsync(model, limit, stream: true);

        text.Should().EndWith("}\n\n\r\n").And.NotContain("[DONE]").And.NotContain("0\r\n\r\n");
        text[text.LastIndexOf("data:", StringComparison.Ordinal)..].Should().StartWith("data: {\"error\":").And.Contain("upstream_timeout");
        rows.Should().ContainSingle().Which.Status.Should().Be(504);
        await CountedAsync(504);
    }

    [Theory]
    [InlineData("up", ClientLimit)]
    [InlineData("brief", "")]
    public async Task An_answer_in_one_piece_is_read_to_its_end_after_the_limit(string model, string limit)
    {
        _answer = PieceAsync;
        var (text, rows) = await ReadAfterAsync(model, limit, stream: false);

        text.Length.Should().BeGreaterThan(Large);
        text.Should().EndWith("\"total_tokens\":15}}");
        rows.Should().ContainSingle().Which.Status.Should().Be(200);
        await CountedAsync(200);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_cut_after_the_flush_timeout_though_the_limit_has_fallen()
    {
        _answer = EndlessAsync;
        using var socket = await AskAsync("up", "left", ClientLimit, stream: true);

        (await Eventually.ValueAsync(async () => await Gateway.LedgerAsync(), static rows => rows.Any(static r => r.User == "left"), TimeSpan.FromSeconds(15), "the attempt to be settled")).Should().ContainSingle(static r => r.User == "left");
        await Eventually.TrueAsync(async () => (await Gateway.MetricsAsync()).Sum("gateway_requests_in_flight") == 0, TimeSpan.FromSeconds(15), static () => "the request to be over");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_takes_its_time_is_not_the_gateways_own(bool stream)
    {
        _answer = stream ? StreamAsync : PieceAsync;
        await ReadAfterAsync("up", "", stream);
        await CountedAsync(200);

        Since(await Gateway.MetricsAsync(), "gateway_request_duration_seconds_sum").Should().BeGreaterThan(Limit / 1000.0);
        Since(await Gateway.MetricsAsync(), "gateway_overhead_seconds_sum").Should().BeLessThan(Limit / 2000.0);
    }

    /// <summary>Its end is more than the buffers take.</summary>
    private static async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"data: {Chunk("once ", "null")}\n\n");
        await http.Response.Body.FlushAsync();
        await http.Response.WriteAsync($"data: {Chunk(new string('x', Large), "\"stop\"")}\n\ndata: [DONE]\n\n");
    }

    private static Task PieceAsync(HttpContext http) => HandlerUpstream.WriteAsync(http, "application/json",
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{{new string('x', Large)}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""");

    private static async Task EndlessAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        for (var words = Encoding.UTF8.GetBytes($"data: {Chunk(new string('x', 1000), "null")}\n\n"); !http.RequestAborted.IsCancellationRequested;)
            await http.Response.Body.WriteAsync(words, http.RequestAborted);
    }

    /// <summary>Reads nothing until the limit has fallen, and then everything until the gateway closes the connection.</summary>
    /// <exception cref="SocketException">It was reset.</exception>
    private async Task<(string Text, IReadOnlyList<LedgerEntry> Rows)> ReadAfterAsync(string model, string limit, bool stream)
    {
        var user = Ask.NewCase("slow");
        var since = Stopwatch.StartNew();
        using var socket = await AskAsync(model, user, limit, stream);
        await Eventually.TrueAsync(() => since.ElapsedMilliseconds > Limit + 300, TimeSpan.FromSeconds(10), static () => "the limit to fall");
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var read) text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        return (text.ToString(), await Gateway.RowsOfAsync(user, 1));
    }

    private async Task<Socket> AskAsync(string model, string user, string limit, bool stream)
    {
        var socket = await RawHttp.ConnectAsync(Gateway.Port, receiveBuffer: 4096);
        await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat(model, "hi", user, stream), $"Connection: close\r\n{limit}")));
        return socket;
    }

    private Task CountedAsync(int status) => Eventually.TrueAsync(
        async () => Since(await Gateway.MetricsAsync(), "gateway_requests_total", ("status", $"{status}")) == 1,
        TimeSpan.FromSeconds(5), () => $"the request to be counted with {status}");

    /// <summary>Of chats, the first requests of the process not counted.</summary>
    private double Since(PrometheusText metrics, string name, params (string, string)[] labels) =>
        metrics.Sum(name, [("endpoint", Caller.Chat), .. labels]) - _warm!.Sum(name, [("endpoint", Caller.Chat), .. labels]);

    private static string Chunk(string words, string reason) =>
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{words}}}"},"finish_reason":{{{reason}}}}]}""";
}
