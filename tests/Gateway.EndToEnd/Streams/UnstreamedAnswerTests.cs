using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Streams;

/// <summary>One JSON body with status 200 where a stream was asked for: what the provider says is told.</summary>
public sealed class UnstreamedAnswerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("openai-compatible", """{"error":{"message":"Slower, please.","code":429}}""", HttpStatusCode.TooManyRequests, "Slower, please.")]
    [InlineData("anthropic", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded, sorry."}}""", HttpStatusCode.BadGateway, "Overloaded, sorry.")]
    [InlineData("openai-compatible", """{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""", HttpStatusCode.BadGateway, "one JSON body")]
    public async Task Its_words_are_told(string kind, string body, HttpStatusCode status, string words)
    {
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            providers: [{ name: up, kind: {{kind}}, base_url: "{{upstream.Address}}/v1", api_key: sk-0123456789 }]
            models: [{ name: m, targets: [{ provider: up, model: m, price: { input: 0.30, output: 2.00 } }] }]
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);

        foreach (var path in (string[])["/v1/chat/completions", "/v1/messages"])
        {
            var answer = await gateway.Caller(SharedRig.AppKey).PostAsync(path, """{"model":"m","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"hi"}]}""");

            answer.Status.Should().Be(status, answer.Text);
            answer.Text.Should().Contain(words);
        }
    }

    [Fact]
    public async Task Its_silence_in_the_middle_is_idle()
    {
        await using var upstream = await HandlerUpstream.StartAsync(static async (http, _) =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            providers: [{ name: up, kind: openai, base_url: "{{upstream.Address}}/v1", api_key: sk-0123456789, timeout: { first_byte: 1s, idle: 1500ms } }]
            models: [{ name: m, targets: [{ provider: up, model: m, price: { input: 0.30, output: 2.00 } }] }]
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("m", "hi", stream: true));

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        answer.Text.Should().Contain("timeout.idle");
    }

    public void Dispose() => _folder.Dispose();
}
