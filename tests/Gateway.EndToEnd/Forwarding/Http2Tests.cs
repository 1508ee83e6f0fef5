using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>R16 where the upstream speaks HTTP/2, as providers do over TLS: many requests share a connection, and its end is announced, or is not.</summary>
public sealed class Http2Tests(ITestOutputHelper output)
{
    private const int Callers = 8, RequestsEach = 40;

    private readonly ConcurrentQueue<string> _processed = new();

    [Fact]
    public async Task A_connection_that_goes_away_under_load_costs_no_request_ends_no_stream_and_nothing_is_processed_twice()
    {
        var (answers, stream, upstream) = await LoadAsync(async exchange =>
        {
            // Each connection is closed after 40 requests; what came in the 20 ms that the news takes to arrive was not looked at.
            if (exchange.Number >= 40) await exchange.GoAwayAsync(TimeSpan.FromMilliseconds(20));
            await ProcessAsync(exchange);
        });

        RequireEachOnce(answers);
        stream.Done.Should().BeTrue("its connection went away under it, and said that it would be finished");
        stream.Broken.Should().BeNull();
        upstream.Ignored.Should().BeGreaterThan(0, "else nothing had to be sent again");
        upstream.Connections.Should().BeInRange(Callers * RequestsEach / 40, Callers * RequestsEach / 10);
    }

    [Fact]
    public async Task A_request_whose_stream_is_refused_is_sent_again_and_is_processed_once()
    {
        var refused = new ConcurrentDictionary<string, byte>();
        var (answers, _, _) = await LoadAsync(exchange =>
            exchange.Number % 3 == 0 && refused.TryAdd(exchange.User, 0) ? exchange.ResetAsync(Http2Exchange.Refused) : ProcessAsync(exchange));

        refused.Should().HaveCountGreaterThan(Callers * RequestsEach / 5);
        RequireEachOnce(answers);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadGateway)]
    [InlineData(1, HttpStatusCode.OK)]
    public async Task A_stream_that_is_reset_after_its_request_was_read_is_sent_again_only_where_the_model_says_so(int retries, HttpStatusCode status)
    {
        using var folder = new TempFolder();
        using var certificate = new ServerCertificate(folder);
        await using var upstream = new Http2Upstream(certificate.Value, exchange =>
        {
            if (!_processed.IsEmpty)
                return ProcessAsync(exchange);
            _processed.Enqueue(exchange.User);
            return exchange.ResetAsync(Http2Exchange.InternalError);
        });
        await using var gateway = await StartAsync(folder, certificate, upstream, retries);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", "x", "dropped"));
        answer.Status.Should().Be(status);
        if (status != HttpStatusCode.OK)
            answer.Error.GetProperty("message").GetString().Should().StartWith("The HTTP/2 connection to provider 'up', or the request's stream over it, was broken off");

        _processed.Should().HaveCount(retries + 1);
        (await gateway.RowsOfAsync("dropped", retries + 1)).Should().HaveCount(retries + 1, "every attempt has its row, and what may have been billed is in it");
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_found_out_and_is_not_used_for_ever()
    {
        using var folder = new TempFolder();
        using var certificate = new ServerCertificate(folder);
        await using var upstream = new Http2Upstream(certificate.Value, exchange =>
        {
            if (exchange is { Connection: 1, Number: 2 })
                exchange.Deafen();
            return exchange is { Connection: 1, Number: > 1 } ? Task.CompletedTask : exchange.AnswerAsync();
        });
        await using var gateway = await StartAsync(folder, certificate, upstream, retries: 0);
        var app = gateway.Caller(SharedRig.AppKey);
        (await app.ChatAsync(Ask.Chat("fast", "x", "first"))).Status.Should().Be(HttpStatusCode.OK, "so that a connection is kept");
        var watch = Stopwatch.StartNew();

        // It takes 20 s of silence and 10 s of waiting for the answer to a ping; requests over it end by their own timer until then.
        var answer = await app.ChatAsync(Ask.Chat("fast", "x", "silent"));
        for (; answer.Status != HttpStatusCode.OK && watch.Elapsed < TimeSpan.FromSeconds(60); answer = await app.ChatAsync(Ask.Chat("fast", "x", "again")))
            output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: {(int)answer.Status} {answer.Error.GetProperty("message")}");

        answer.Status.Should().Be(HttpStatusCode.OK);
        upstream.Connections.Should().Be(2);
    }

    /// <summary>Callers that ask one request after the other, and a stream beside them for as long.</summary>
    private async Task<(IReadOnlyDictionary<string, HttpStatusCode> Answers, StreamedAnswer Stream, Http2Upstream Upstream)> LoadAsync(Func<Http2Exchange, Task> handler)
    {
        using var folder = new TempFolder();
        using var certificate = new ServerCertificate(folder);
        await using var upstream = new Http2Upstream(certificate.Value, exchange => exchange.IsStream ? exchange.StreamAsync(20, TimeSpan.FromMilliseconds(50)) : handler(exchange));
        await using var gateway = await StartAsync(folder, certificate, upstream, retries: 0);
        var app = gateway.Caller(SharedRig.AppKey);
        var stream = app.StreamAsync(Ask.Chat("fast", "x", "stream", stream: true));
        var answers = new ConcurrentDictionary<string, HttpStatusCode>();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = 0; i < RequestsEach; i++)
                answers[$"{caller}-{i}"] = (await app.ChatAsync(Ask.Chat("fast", "x", $"{caller}-{i}"))).Status;
        }));

        var told = await stream;
        output.WriteLine($"{answers.Count} requests over {upstream.Connections} connections, {upstream.Ignored} came after a GOAWAY");
        (await gateway.MetricsAsync()).Sum("gateway_retries_total").Should().Be(0, "it is the protocol's affair, and no attempt of its own");
        return (answers, told, upstream);
    }

    private Task ProcessAsync(Http2Exchange exchange)
    {
        _processed.Enqueue(exchange.User);
        return exchange.AnswerAsync();
    }

    private void RequireEachOnce(IReadOnlyDictionary<string, HttpStatusCode> answers)
    {
        answers.Values.Should().OnlyContain(static s => s == HttpStatusCode.OK);
        _processed.Should().BeEquivalentTo(answers.Keys);
    }

    private static Task<GatewayProcess> StartAsync(TempFolder folder, ServerCertificate certificate, Http2Upstream upstream, int retries) => GatewayProcess.StartAsync(folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        breaker: { enabled: false }
        retry_budget: { ratio: 1, min: 1000 }
        providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: x, timeout: { first_byte: 2s } }]
        models: [{ name: fast, retries: {{retries}}, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """, certificate.Trusted);
}
