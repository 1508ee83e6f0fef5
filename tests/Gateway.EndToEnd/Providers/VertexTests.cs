using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Providers;

/// <summary>Vertex AI with a service account: the token is asked for once, sent with every request, and told to nobody.</summary>
public sealed class VertexTests : IDisposable
{
    private const string Token = "ya29.access-token-0123456789";

    private readonly TempFolder _folder = new();
    private readonly RSA _key = RSA.Create(2048);

    [Fact]
    public async Task Requests_carry_a_token_that_was_asked_for_once()
    {
        await using var tokens = Answering(200, $$"""{"access_token":"{{Token}}","expires_in":3600}""");
        await using var upstream = Answering(200, """{"content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}""");
        await using var gateway = await StartAsync(tokens, upstream);

        for (var i = 0; i < 3; i++)
        {
            var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"smart","messages":[{"role":"user","content":"hi"}]}""");
            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().Should().Be("hello");
        }

        tokens.Received.Should().ContainSingle().Which.Should().StartWith("POST /token HTTP/1.1").And.Contain("assertion=");
        upstream.Received.Should().HaveCount(3).And.OnlyContain(static r =>
            r.StartsWith("POST /v1/projects/acme/locations/us-east5/publishers/anthropic/models/claude-x@1:rawPredict HTTP/1.1") && r.Contains($"Authorization: Bearer {Token}\r\n"));
        gateway.Output.Should().NotContain(Token).And.NotContain("PRIVATE KEY");
        (await gateway.LedgerAsync()).Should().HaveCount(3).And.OnlyContain(static r => r.CostNanoUsd == 3000 + (2 * 15000));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""", "Invalid JWT Signature.")]
    [InlineData(200, "{}", "no access token")]
    public async Task Without_a_token_nothing_is_sent_and_nothing_costs(int status, string body, string message)
    {
        await using var tokens = Answering(status, body);
        await using var upstream = Answering(200, "{}");
        await using var gateway = await StartAsync(tokens, upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"smart","messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain(message);
        upstream.Received.Should().BeEmpty();
        (await gateway.LedgerAsync()).Should().OnlyContain(static r => r.CostNanoUsd == 0);
    }

    [Fact]
    public async Task An_error_that_quotes_the_token_is_kept_back()
    {
        await using var tokens = Answering(200, $$"""{"access_token":"{{Token}}"}""");
        await using var upstream = Answering(401, $$"""{"error":{"code":401,"message":"bad token {{Token}}","status":"UNAUTHENTICATED"} }""");
        await using var gateway = await StartAsync(tokens, upstream);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync("""{"model":"smart","messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (answer.Text + gateway.Output).Should().NotContain(Token);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    private async Task<GatewayProcess> StartAsync(RawUpstream tokens, RawUpstream upstream)
    {
        File.WriteAllText(_folder.File("key.json"), new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "acme",
            ["private_key_id"] = "k1",
            ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "a@b.example",
            ["token_uri"] = tokens.Address + "/token",
        }.ToJsonString());
        return await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            providers: [{ name: google, kind: vertex, base_url: "{{upstream.Address}}/v1", region: us-east5, credentials: "{{_folder.File("key.json")}}" }]
            models: [{ name: smart, targets: [{ provider: google, model: claude-x@1, price: { input: 3.00, output: 15.00 } }] }]
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
    }

    private static RawUpstream Answering(int status, string body) =>
        new($"HTTP/1.1 {status} Some\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", RawEnd.Fin);
}
