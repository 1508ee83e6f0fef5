using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Providers;

/// <summary>Money in front of Gemini: what a request may cost in its own dialect, and what an answer without a word does cost.</summary>
public sealed class GeminiTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("\"max_tokens\":100000")]
    [InlineData("\"max_tokens\":10,\"generationConfig\":{\"maxOutputTokens\":100000}")]
    [InlineData("\"max_tokens\":10,\"max_output_tokens\":100000")]
    [InlineData("\"max_tokens\":10,\"extra_body\":{\"google\":{\"generation_config\":{\"max_output_tokens\":100000}}}")]
    [InlineData("\"max_tokens\":1000,\"candidate_count\":8")]
    [InlineData("\"max_tokens\":10,\"cachedContent\":\"cachedContents/abc\"")]
    public async Task What_a_budget_cannot_pay_is_not_sent_whatever_it_is_called(string members)
    {
        await using var upstream = Answering("application/json", "{}");
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync($$"""{"model":"flash",{{members}},"messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests, answer.Text);
        upstream.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_that_knows_only_Geminis_own_bound_is_served()
    {
        await using var upstream = Answering("application/json", """{"candidates":[{"content":{"parts":[{"text":"hello"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}""");
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"flash","generationConfig":{"maxOutputTokens":100},"messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        upstream.Received.Should().ContainSingle().Which.Should().Contain("\"maxOutputTokens\":100}");
    }

    [Theory]
    [InlineData("""{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}""", false)]
    [InlineData("""{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}""", true)]
    [InlineData("""{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}""", false)]
    [InlineData("""{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}""", true)]
    public async Task An_answer_without_a_word_costs_its_prompt_as_Gemini_counts_it(string reply, bool stream)
    {
        await using var upstream = stream ? Answering("text/event-stream", $"data: {reply}\r\n\r\n") : Answering("application/json", reply);
        await using var gateway = await StartAsync(upstream);
        var body = $$"""{"model":"flash","max_tokens":10,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"a longer prompt than three tokens, to tell an estimate"}]}""";

        if (stream) (await gateway.Caller(SharedRig.AppKey).StreamAsync(body)).Done.Should().BeTrue();
        else (await gateway.Caller(SharedRig.AppKey).ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);

        var row = (await gateway.LedgerAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { UsageSource = "exact", Input = 3, Output = 0, CostNanoUsd = 3 * 300 });
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/responses")]
    public async Task What_comes_behind_a_reason_to_finish_is_said_and_paid(string path)
    {
        await using var upstream = Answering("text/event-stream", """
            data: {"candidates":[{"content":{"parts":[{"text":"one "}]},"finishReason":"STOP"}]}

            data: {"candidates":[{"content":{"parts":[{"text":"two"}]},"finishReason":"STOP"}]}

            data: {"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}


            """);
        await using var gateway = await StartAsync(upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).PostAsync(path, """{"model":"flash","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"hi"}]}""".Replace(
            path == "/v1/responses" ? "\"max_tokens\":10" : "-", "\"max_output_tokens\":16", StringComparison.Ordinal).Replace(path == "/v1/responses" ? "\"messages\"" : "-", "\"input\"", StringComparison.Ordinal));

        answer.Text.Should().Contain("one ").And.Contain("two").And.Contain(path switch { "/v1/messages" => "message_stop", "/v1/responses" => "response.completed", _ => "[DONE]" });
        (await gateway.LedgerAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { UsageSource = "exact", Input = 3, Output = 2 });
    }

    public void Dispose() => _folder.Dispose();

    private Task<GatewayProcess> StartAsync(RawUpstream upstream) => GatewayProcess.StartAsync(_folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:gateway.db
        providers: [{ name: google, kind: gemini, base_url: "{{upstream.Address}}/v1beta", api_key: AIza-0123456789 }]
        models: [{ name: flash, targets: [{ provider: google, model: gemini-x, price: { input: 0.30, output: 2.00 } }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}}, budgets: [{ limit: 0.01, period: total }] }]
        """);

    private static RawUpstream Answering(string type, string body) =>
        new($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", RawEnd.Fin);
}
