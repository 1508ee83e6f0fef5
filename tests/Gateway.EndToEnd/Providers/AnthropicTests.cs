using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Providers;

/// <summary>An OpenAI client in front of a server that speaks Anthropic's dialect: what goes over the wire on both sides, and what it costs.</summary>
public sealed class AnthropicTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private const string Key = "sk-ant-0123456789";

    private const string Reply = """
        {"content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}],"stop_reason":"tool_use",
        "usage":{"input_tokens":10,"cache_read_input_tokens":1000,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_1h_input_tokens":100},"output_tokens":20}}
        """;

    private const string Stream =
        """
        event: message_start
        data: {"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}


        """;

    private const string End =
        """
        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Fact]
    public async Task A_reply_is_asked_for_in_its_dialect_told_in_ours_and_billed_by_its_usage()
    {
        await using var upstream = new RawUpstream(Http(200, "application/json", Reply), RawEnd.Fin);
        await using var gateway = await StartAsync(upstream, "drop_params: true");

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"claude","seed":1,"messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().Be("seed");
        answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("id").GetString().Should().Be("toolu_1");
        answer.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().Should().Be(1310);
        upstream.Received.Should().ContainSingle().Which.Should().StartWith("POST /v1/messages HTTP/1.1").And.Contain($"x-api-key: {Key}").And.Contain("anthropic-version: 2023-06-01")
            .And.Contain("anthropic-beta: some-beta").And.NotContain("Authorization").And.Contain("\"model\":\"claude-x\"");
        var row = (await gateway.LedgerAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Status = 200, UsageSource = "exact", Input = 10, CacheRead = 1000, Output = 20 });
        row.CostNanoUsd.Should().Be((10 * 3000) + (1000 * 300) + (200 * 3750) + (100 * 6000) + (20 * 15000));
    }

    [Fact]
    public async Task What_was_left_out_is_named_whatever_its_name()
    {
        await using var upstream = new RawUpstream(Http(200, "application/json", Reply), RawEnd.Fin);
        await using var gateway = await StartAsync(upstream, "drop_params: true");

        var answer = await gateway.Caller(SharedRig.AppKey).PostAsync(Route.Responses.Path(), """{"model":"claude","input":[{"role":"user","content":[{"type":"input_text","text":"hi","a\r\nb: c":1}]}]}""");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().Be("input[0].content[0].a%0D%0Ab%3A%20c");
        upstream.Received.Single().Should().NotContain("b: c");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_cut_is_never_told_as_whole(bool isWhole)
    {
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{Stream}{(isWhole ? End : "")}", RawEnd.Fin);
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).StreamAsync("""{"model":"claude","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""");

        var text = Encoding.UTF8.GetString(answer.Bytes);
        text.Should().Contain("\"content\":\"Hello\"");
        answer.Done.Should().Be(isWhole);
        text.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal).Should().Be(isWhole);
        text.Contains("\"error\"", StringComparison.Ordinal).Should().Be(!isWhole);
        var row = (await gateway.LedgerAsync()).Should().ContainSingle().Which;
        row.UsageSource.Should().Be(isWhole ? "exact" : "partial");
        row.Input.Should().Be(10);
    }

    [Fact]
    public async Task A_cut_stream_is_charged_for_its_words_and_not_for_what_Anthropic_wants_back()
    {
        var thought = $$$"""
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"six by seven"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"{{{new string('s', 4000)}}}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"t","content":[{"type":"web_search_result","url":"u","encrypted_content":"{{{new string('e', 8000)}}}"}]}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}


            """;
        var cut = Stream.Replace("event: content_block_start", thought + "event: content_block_start", StringComparison.Ordinal);
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{cut}", RawEnd.Fin);
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).StreamAsync("""{"model":"claude","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        Encoding.UTF8.GetString(answer.Bytes).Should().Contain("ssss").And.Contain("eeee").And.Contain("Hello");
        (await gateway.LedgerAsync()).Should().ContainSingle().Which.Output.Should().BeInRange(4, 30);
    }

    [Theory]
    [InlineData(400, 400, "max_tokens: 5 > 4")]
    [InlineData(401, 502, "bad")]
    [InlineData(529, 502, "Overloaded")]
    [InlineData(429, 429, "slow down")]
    public async Task An_error_keeps_its_words_and_shows_no_key(int status, int seen, string message)
    {
        await using var upstream = new RawUpstream(Http(status, "application/json", $$"""{"type":"error","error":{"type":"some_error","message":"{{message}}"} }"""), RawEnd.Fin);
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"claude","messages":[{"role":"user","content":"hi"}]}""");

        ((int)answer.Status).Should().Be(seen);
        answer.Json.GetProperty("error").GetProperty("message").GetString().Should().Contain(message);
        answer.Text.Should().Contain("some_error").And.NotContain(Key);
        (await gateway.LedgerAsync()).Should().ContainSingle().Which.CostNanoUsd.Should().Be(0);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<GatewayProcess> StartAsync(RawUpstream upstream, string root = "") => await GatewayProcess.StartAsync(_folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:gateway.db
        {{root}}
        providers: [{ name: claude, kind: anthropic, base_url: "{{upstream.Address}}/v1", api_key: {{Key}}, beta: some-beta }]
        models: [{ name: claude, targets: [{ provider: claude, model: claude-x, price: { input: 3.00, output: 15.00, cache_read: 0.30, cache_write: 3.75, cache_write_hour: 6.00 } }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """);

    private static string Http(int status, string type, string body) =>
        $"HTTP/1.1 {status} Some\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
}
