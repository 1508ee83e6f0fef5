using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>Answers in one piece in every provider's own format, and credentials that are made for each request.</summary>
public sealed class PassKindTests
{
    private const string Id = "AKIDEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Theory]
    [InlineData("anthropic", "v1/messages", """{"model":"up-fast","max_tokens":5,"messages":[]}""", """{"type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"usage":{"input_tokens":20,"output_tokens":7}}""", 7)]
    [InlineData("openai", "responses", """{"model":"up-fast","max_output_tokens":5,"input":"x"}""", """{"object":"response","status":"completed","model":"m","output":[],"usage":{"input_tokens":20,"output_tokens":7,"total_tokens":27}}""", 7)]
    [InlineData("openai", "embeddings", """{"model":"up-fast","input":"x"}""", """{"object":"list","model":"m","data":[{"embedding":[1],"index":0}],"usage":{"prompt_tokens":20,"total_tokens":20}}""", 0)]
    [InlineData("gemini", "models/up-fast:generateContent", """{"contents":[],"generationConfig":{"maxOutputTokens":5}}""", """{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":7}}""", 7)]
    [InlineData("gemini", "v1/models/up-fast:embedContent", """{"content":{}}""", """{"embedding":{"values":[1]},"usageMetadata":{"promptTokenCount":20}}""", 0)]
    [InlineData("cohere", "v2/chat", """{"model":"up-fast","max_tokens":5,"messages":[]}""", """{"message":{"role":"assistant","content":[{"type":"text","text":"hi"}]},"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":20,"output_tokens":7}}}""", 7)]
    [InlineData("cohere", "v2/embed", """{"model":"up-fast","texts":["x"]}""", """{"embeddings":{"float":[[1]]},"meta":{"billed_units":{"input_tokens":20}}}""", 0)]
    [InlineData("ollama", "api/generate", """{"model":"up-fast","stream":false,"options":{"num_predict":5}}""", """{"model":"m","response":"hi","done":true,"prompt_eval_count":20,"eval_count":7}""", 7)]
    public async Task An_answer_of_every_format_is_priced_by_what_it_says(string kind, string path, string ask, string reply, long output)
    {
        await using var rig = await PassGateway.StartAsync((http, _) => HandlerUpstream.WriteAsync(http, "application/json", reply), provider: $"kind: {kind}, api_key: {SharedRig.ProviderKey}");

        var answer = await rig.Budgeted.PostAsync($"/pass/up/{path}", ask);

        answer.Text.Should().Be(reply);
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Status = 200, TargetModel = "up-fast", Input = 20, Output = output, UsageSource = "exact", CostNanoUsd = PriceList.NanoUsd("up-fast", 20, 0, output) });
    }

    [Fact]
    public async Task An_answer_in_one_piece_where_a_stream_was_asked_for_is_read_all_the_same()
    {
        const string reply = """{"model":"m","choices":[{"message":{"role":"assistant","content":"hi"}}],"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":27}}""";
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", reply));

        (await rig.Budgeted.PostAsync("/pass/up/chat/completions", """{"model":"up-fast","stream":true,"max_tokens":5,"messages":[]}""")).Text.Should().Be(reply);

        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Input = 20, Output = 7, UsageSource = "exact" });
    }

    [Fact]
    public async Task What_Bedrock_counts_in_headers_counts_where_a_models_own_answer_says_nothing()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) =>
        {
            http.Response.Headers["X-Amzn-Bedrock-Input-Token-Count"] = "20";
            http.Response.Headers["X-Amzn-Bedrock-Output-Token-Count"] = "7";
            return HandlerUpstream.WriteAsync(http, "application/json", """{"generation":"hi"}""");
        }, provider: $"kind: bedrock, api_key: {SharedRig.ProviderKey}", path: "");

        await rig.Budgeted.PostAsync("/pass/up/model/up-fast/invoke", """{"prompt":"x","max_gen_len":5}""");

        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Input = 20, Output = 7, UsageSource = "exact", CostNanoUsd = PriceList.NanoUsd("up-fast", 20, 0, 7) });
    }

    [Theory]
    [InlineData("converse", """{"messages":[{"role":"user","content":[{"text":"¡olé!"}]}],"inferenceConfig":{"maxTokens":5}}""", """{"output":{"message":{"content":[{"text":"hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":20,"outputTokens":7}}""")]
    [InlineData("invoke", """{"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[]}""", """{"type":"message","role":"assistant","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":20,"output_tokens":7}}""")]
    public async Task A_request_to_Bedrock_is_signed_over_the_bytes_that_are_sent(string operation, string ask, string reply)
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(reply)}\r\n\r\n{reply}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:{folder}/gateway.db
            providers: [{ name: aws, kind: bedrock, base_url: "{{upstream.Address}}", access_key_id: {{Id}}, secret_access_key: {{Secret}}, region: eu-central-1 }]
            models: [{ name: smart, targets: [{ provider: aws, model: "eu.claude-x-v1:0", price: {{PriceList.Yaml}} }] }]
            keys: [{ name: app, key: {{SharedRig.AppKey}}, budgets: [{ limit: 1.00, period: total }] }]
            """);

        var answer = await gateway.Caller(SharedRig.AppKey).PostAsync($"/pass/aws/model/eu.claude-x-v1%3A0/{operation}", ask, ("X-Amz-Date", "theirs"), ("X-Amzn-Bedrock-GuardrailIdentifier", "g1"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        var sent = upstream.Received.Should().ContainSingle().Which;
        sent.Should().StartWith($"POST /model/eu.claude-x-v1%3A0/{operation} HTTP/1.1\r\n").And.Contain("GuardrailIdentifier: g1").And.NotContain("theirs");
        AwsVerifier.IsSigned(sent, Id, Secret, "eu-central-1").Should().BeTrue(sent);
        AwsVerifier.IsSigned(sent.Replace("max", "mix", StringComparison.Ordinal), Id, Secret, "eu-central-1").Should().BeFalse("the body is signed");
        (await gateway.LedgerAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { TargetModel = "eu.claude-x-v1:0", Input = 20, Output = 7, UsageSource = "exact" });
    }

    [Fact]
    public async Task A_body_that_is_not_known_is_signed_too()
    {
        using var folder = new TempFolder();
        await using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:{folder}/gateway.db
            providers: [{ name: aws, kind: bedrock, base_url: "{{upstream.Address}}", access_key_id: {{Id}}, secret_access_key: {{Secret}}, region: eu-central-1 }]
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);

        var answer = await gateway.Caller(SharedRig.AppKey).PostAsync("/pass/aws/guardrail/g/version/1/apply", "[1]");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        AwsVerifier.IsSigned(upstream.Received.Single(), Id, Secret, "eu-central-1").Should().BeTrue(upstream.Received[0]);
    }
}
