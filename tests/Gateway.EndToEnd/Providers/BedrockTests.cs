using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Providers;

/// <summary>An OpenAI client in front of a server that speaks Converse: what goes over the wire on both sides, who asks, and what it costs.</summary>
public sealed class BedrockTests : IDisposable
{
    private const string Id = "AKIDEXAMPLE";

    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private const string Token = "IQoJb3JpZ2luX2VjEXAMPLE//==";

    private const string AccessKey = $"access_key_id: {Id}, secret_access_key: {Secret}, session_token: {Token}, region: eu-central-1";

    private const string Ask = """{"model":"smart","messages":[{"role":"user","content":"¡olé!"}]}""";

    private const string Stream = """
        messageStart {"role":"assistant"}
        contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hello"}}
        contentBlockStop {"contentBlockIndex":0}
        messageStop {"stopReason":"end_turn"}

        """;

    private const string End = """
        metadata {"usage":{"inputTokens":10,"outputTokens":20,"cacheReadInputTokens":1000,"cacheWriteInputTokens":300,"cacheDetails":[{"ttl":"1h","inputTokens":100}]}}

        """;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signed_stream_is_told_in_ours_and_one_that_is_cut_never_as_whole(bool isWhole)
    {
        await using var upstream = Answering(200, "application/vnd.amazon.eventstream", isWhole ? EventStreamFrames.Of(Stream + End) : EventStreamFrames.Of(Stream)[..^20]);   // cut inside the reason to finish
        await using var gateway = await StartAsync(upstream, AccessKey);

        var answer = await gateway.Caller(SharedRig.AppKey).StreamAsync("""{"model":"smart","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"¡olé!"}]}""");

        answer.Content.Should().Be("Hello");
        answer.Done.Should().Be(isWhole);
        var text = Encoding.UTF8.GetString(answer.Bytes);
        text.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal).Should().Be(isWhole);
        text.Contains("\"error\"", StringComparison.Ordinal).Should().Be(!isWhole);
        var asked = upstream.Received.Should().ContainSingle().Which;
        asked.Should().StartWith("POST /model/eu.anthropic.claude-x-v1%3A0/converse-stream HTTP/1.1").And.Contain("Accept: application/vnd.amazon.eventstream").And.Contain($"X-Amz-Security-Token: {Token}").And.NotContain(Secret);
        AwsVerifier.IsSigned(asked, Id, Secret, "eu-central-1").Should().BeTrue(asked);
        AwsVerifier.IsSigned(asked.Replace("ol", "xl", StringComparison.Ordinal), Id, Secret, "eu-central-1").Should().BeFalse("the body is signed");
        var row = (await gateway.LedgerAsync()).Should().ContainSingle().Which;
        if (isWhole) row.Should().BeEquivalentTo(new { Status = 200, UsageSource = "exact", Input = 10, CacheRead = 1000, Output = 20, CostNanoUsd = (10 * 3000) + (1000 * 300) + (200 * 3750) + (100 * 6000) + (20 * 15000) });
        else row.UsageSource.Should().NotBe("exact");
    }

    [Fact]
    public async Task A_key_of_a_profile_signs_and_a_bearer_key_does_not()
    {
        await using var upstream = Answering(200, "application/json", """{"output":{"message":{"content":[{"text":"hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2}}"""u8);
        File.WriteAllText(_folder.File("credentials"), $"[default]\naws_access_key_id = other\n\n# ours\n[ team ]\naws_access_key_id={Id}\naws_secret_access_key = {Secret}\n");
        File.WriteAllText(_folder.File(".env"), $"AWS_SHARED_CREDENTIALS_FILE={_folder.File("credentials")}\n");
        await using (var signing = await StartAsync(upstream, "profile: team, region: us-east-1"))
            (await signing.Caller(SharedRig.AppKey).ChatAsync(Ask)).Status.Should().Be(HttpStatusCode.OK);
        await using var bearing = await StartAsync(upstream, "api_key: bedrock-api-key-0123456789");

        (await bearing.Caller(SharedRig.AppKey).ChatAsync(Ask)).Status.Should().Be(HttpStatusCode.OK);

        AwsVerifier.IsSigned(upstream.Received[0], Id, Secret, "us-east-1").Should().BeTrue();
        upstream.Received[1].Should().Contain("Authorization: Bearer bedrock-api-key-0123456789").And.NotContain("X-Amz-Date");
    }

    [Theory]
    [InlineData(400, "ThrottlingException:http://internal.amazon.com/coral/", 429, "slow down")]
    [InlineData(400, "ValidationException", 400, "slow down")]
    [InlineData(403, "UnrecognizedClientException", 502, "slow down")]
    [InlineData(403, "SignatureDoesNotMatchException", 502, $"the string was x-amz-security-token:{Token}")]
    public async Task An_error_has_the_status_of_its_name_and_shows_no_secret(int status, string name, int seen, string message)
    {
        await using var upstream = Answering(status, $"application/json\r\nx-amzn-errortype: {name}", Encoding.UTF8.GetBytes($$"""{"message":"{{message}}"}"""));
        await using var gateway = await StartAsync(upstream, AccessKey);

        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask);

        ((int)answer.Status).Should().Be(seen);
        (answer.Text + gateway.Output).Should().NotContain(Token).And.NotContain(Secret);
        answer.Text.Contains(message, StringComparison.Ordinal).Should().Be(message == "slow down");
        (await gateway.LedgerAsync()).Should().ContainSingle().Which.CostNanoUsd.Should().Be(0);
    }

    [Fact]
    public async Task An_error_of_a_stream_that_quotes_a_secret_does_not_reach_the_client()
    {
        byte[] failing = [.. EventStreamFrames.Of(Stream), .. EventStreamFrames.Frame([(":message-type", "error"), (":error-code", "x"), (":error-message", $"bad token {Token}")], [])];
        await using var upstream = Answering(200, "application/vnd.amazon.eventstream", failing);
        await using var gateway = await StartAsync(upstream, AccessKey);

        var answer = await gateway.Caller(SharedRig.AppKey).StreamAsync("""{"model":"smart","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        Encoding.UTF8.GetString(answer.Bytes).Should().Contain("\"error\"").And.NotContain(Token);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<GatewayProcess> StartAsync(RawUpstream upstream, string credential) => await GatewayProcess.StartAsync(_folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:gateway.db
        providers: [{ name: aws, kind: bedrock, base_url: "{{upstream.Address}}", {{credential}} }]
        models:
          - name: smart
            targets:
              - { provider: aws, model: "eu.anthropic.claude-x-v1:0", price: { input: 3.00, output: 15.00, cache_read: 0.30, cache_write: 3.75, cache_write_hour: 6.00 } }
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """);

    private static RawUpstream Answering(int status, string type, ReadOnlySpan<byte> body) =>
        new([.. Encoding.UTF8.GetBytes($"HTTP/1.1 {status} Some\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body], RawEnd.Fin);
}
