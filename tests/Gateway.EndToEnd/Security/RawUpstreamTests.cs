using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Seen by an upstream below HTTP: whatever a request holds, one request arrives (reliability S24); and ends that only raw bytes can make (R1).</summary>
public sealed class RawUpstreamTests
{
    private const string Reply = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    private const string Chunk = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"logprobs":null,"finish_reason":null}]}""";
    private const string Evil = "x\\r\\nX-Evil: 1\\r\\n\\r\\nGET /admin HTTP/1.1\\r\\nHost: evil\\r\\n\\r\\n\\u0000";

    [Fact]
    public async Task Line_breaks_in_text_fields_never_become_a_second_request()
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Reply.Length}\r\n\r\n{Reply}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream));
        string[] bodies =
        [
            $$$"""{"model":"fast","messages":[{"role":"user","content":"{{{Evil}}}"}],"user":"{{{Evil}}}","metadata":{"{{{Evil}}}":"{{{Evil}}}"}}""",
            $$"""{"model":"wild-{{Evil}}","messages":[{"role":"user","content":"x"}]}""",
            $$"""{"model":"raw/{{Evil}}","messages":[{"role":"user","content":"x"}]}""",
        ];

        foreach (var body in bodies)
            ((int)(await gateway.Caller(SharedRig.AppKey).ChatAsync(body)).Status).Should().BeOneOf(200, 400);
        foreach (var header in new[] { "x-gateway-user", "x-gateway-tags", "OpenAI-Beta", "User-Agent", "tracestate", "traceparent" })
        {
            var request = RawHttp.Post(Caller.Chat, SharedRig.AppKey, """{"model":"fast","messages":[{"role":"user","content":"x"}]}""", $"{header}: a\u0001b\u00ff\r\n");
            (await RawHttp.SendAsync(gateway.Port, request)).Status.Should().BeOneOf([200, 400], header);
        }

        upstream.Received.Should().NotBeEmpty();
        foreach (var connection in upstream.Received)
        {
            RawUpstream.CountRequests(connection).Should().Be(1, connection);
            connection.Split("\r\n\r\n")[0].Should().NotContain("X-Evil").And.StartWith("POST /v1/chat/completions HTTP/1.1\r\n");
            connection.Should().NotContain("\r\n\r\nGET ");
        }
    }

    [Theory]
    [InlineData("a close-delimited stream without a terminal marker", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n", "", false)]
    [InlineData("a close-delimited stream that is whole", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n", "data: [DONE]\n\n", true)]
    [InlineData("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", "", false)]
    public async Task A_close_is_no_end(string why, string head, string end, bool whole)
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream($"{head}{Chunk}\n\n{end}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream));

        // What the upstream says is whole for chat only; a completion is cut all the same.
        Route[] routes = whole ? [Route.Chat, Route.Messages, Route.Responses] : [Route.Chat, Route.Completions, Route.Messages, Route.Responses];
        foreach (var route in routes)
        {
            var stream = await gateway.Caller(SharedRig.AppKey).StreamAsync(route.Ask("fast", new Script { Case = "close" }, stream: true), route.Path());

            stream.Content.Should().Be("hi", "{0} at {1}", why, route);
            stream.Done.Should().Be(whole, "{0} at {1}", why, route);
            stream.Errors.Should().HaveCount(whole ? 0 : 1, "{0} at {1}", why, route);
            (stream.Broken is null).Should().Be(whole, "{0} at {1}", why, route);
        }

        upstream.Received.Sum(RawUpstream.CountRequests).Should().Be(routes.Length, "nothing is sent a second time");
    }

    [Theory]
    [InlineData("no HTTP", "hello\r\n\r\n")]
    [InlineData("a header without a name", "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("nothing at all", "")]
    public async Task An_upstream_that_speaks_no_proper_HTTP_is_a_502(string why, string reply)
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream(reply, RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream));

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"fast","messages":[{"role":"user","content":"x"}]}""");

        answer.Status.Should().Be(HttpStatusCode.BadGateway, $"{why}: {answer.Text}");
        upstream.Received.Should().ContainSingle($"{why}: a request that was sent is not sent again");
    }

    [Fact]
    public async Task An_upstreams_own_headers_do_not_reach_the_client()
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\nServer: upstream\r\nX-Internal: 10.0.0.7\r\nKeep-Alive: timeout=5\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: {Reply.Length}\r\n\r\n{Reply}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream));

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"fast","messages":[{"role":"user","content":"x"}]}""");

        answer.Headers.Keys.Select(static k => k.ToLowerInvariant()).Should().NotContain(["set-cookie", "server", "x-internal", "keep-alive", "access-control-allow-origin"]);
    }

    private static string Yaml(RawUpstream upstream) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers: [{ name: raw, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: x, timeout: { first_byte: 5s } }]
        models:
          - { name: fast, targets: [{ provider: raw, model: m, price: {{PriceList.Yaml}} }] }
          - { name: "wild-*", targets: [{ provider: raw, model: "*", price: {{PriceList.Yaml}} }] }
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
