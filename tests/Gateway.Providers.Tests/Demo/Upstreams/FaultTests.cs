using System.Text.Json;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>Faults in each provider's own way, by the prompt and by the header.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("/openai/v1/chat/completions", """{"messages":[{"role":"user","content":"hi"}]}""", """{"error":{"message":"The demo model was asked to answer 429.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", "retry-after 7, retry-after-ms 7000")]
    [InlineData("/azure/openai/deployments/d/chat/completions", """{"messages":[{"role":"user","content":"hi"}]}""", """{"error":{"code":"RateLimitReached","message":"The demo model was asked to answer 429."}}""", "retry-after 7, retry-after-ms 7000")]
    [InlineData("/mistral/v1/chat/completions", """{"messages":[{"role":"user","content":"hi"}]}""", """{"object":"error","message":"The demo model was asked to answer 429.","type":"rate_limited","param":null,"code":null}""", "retry-after 7")]
    [InlineData("/anthropic/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", """{"type":"error","error":{"type":"rate_limit_error","message":"The demo model was asked to answer 429."},"request_id":"req_ID"}""", "retry-after 7")]
    [InlineData("/gemini/v1beta/models/x:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}]}""", """{"error":{"code":429,"message":"The demo model was asked to answer 429.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7s"}]}}""", "")]
    [InlineData("/cohere/v2/chat", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""", """{"id":"ID","message":"The demo model was asked to answer 429."}""", "")]
    [InlineData("/ollama/api/chat", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""", """{"error":"The demo model was asked to answer 429."}""", "retry-after 7")]
    public void Who_asks_too_often_is_told_so_as_this_provider_does(string path, string body, string expected, string headers)
    {
        var answer = Native.Send(path, body, fault: "error 429 7");

        answer.Reply.Status.Should().Be(429);
        answer.Text.Should().Be(expected.Replace("ID", Id(answer), StringComparison.Ordinal));
        string.Join(", ", answer.Reply.Headers.Where(static h => h.Key.StartsWith("retry", StringComparison.Ordinal)).Select(static h => $"{h.Key} {h.Value}")).Should().Be(headers);
        Native.Send(path, body.Replace("hi", "demo:error 429 7", StringComparison.Ordinal)).Reply.Status.Should().Be(429);
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions", 401, 401, "invalid_api_key")]
    [InlineData("/azure/openai/deployments/d/chat/completions", 401, 401, "\"code\":\"401\"")]
    [InlineData("/mistral/v1/chat/completions", 401, 401, "\"detail\"")]
    [InlineData("/anthropic/v1/messages", 401, 401, "authentication_error")]
    [InlineData("/gemini/v1beta/models/x:generateContent", 403, 400, "API_KEY_INVALID")]
    [InlineData("/vertex/v1/projects/p/locations/l/publishers/google/models/x:generateContent", 401, 401, "API_KEY_INVALID")]
    [InlineData("/cohere/v2/chat", 401, 401, "\"message\"")]
    [InlineData("/ollama/api/chat", 400, 401, "\"error\"")]
    public void A_key_that_is_missing_or_wrong_is_refused_as_this_provider_does(string path, int missing, int wrong, string says)
    {
        Native.Send(path, "{}", key: "").Reply.Status.Should().Be(missing);
        var answer = Native.Send(path, "{}", key: "wrong");
        answer.Reply.Status.Should().Be(wrong);
        answer.Text.Should().Contain(says);
    }

    [Theory]
    [InlineData("cut 3", 4, true)]
    [InlineData("end 3", 3, false)]
    [InlineData("fault 3", 4, false)]
    [InlineData("reset", 0, true)]
    public void A_stream_breaks_after_as_many_events_as_were_asked_for(string words, int parts, bool isCut)
    {
        foreach (var (path, body) in Native.Requests.Where(static r => r.Value.Contains("\"stream\":true", StringComparison.Ordinal) && !r.Key.StartsWith("/anthropic", StringComparison.Ordinal)))
        {
            var answer = Native.Send(path, body, words);
            answer.Parts.Should().HaveCount(parts, "{0}", path);
            answer.Reply.IsCut.Should().Be(isCut);
            if (words == "fault 3") answer.Parts[^1].Should().Contain("asked to answer 5", "{0}", path);
        }
    }

    [Fact]
    public void Garbage_stands_in_form_between_events_and_the_stream_goes_on()
    {
        foreach (var (path, body) in Native.Requests.Where(static r => r.Value.Contains("\"stream\":true", StringComparison.Ordinal) && !r.Key.StartsWith("/anthropic", StringComparison.Ordinal)))
        {
            var (plain, played) = (Native.Send(path, body), Native.Send(path, body, "garbage 2"));
            played.Parts.Should().HaveCount(plain.Parts.Count + 1);
            played.Parts.Where((_, i) => i != 2).Should().Equal(plain.Parts);
            var data = played.Parts[2].TrimEnd().Split("data: ")[^1];
            ((Action)(() => JsonDocument.Parse(data))).Should().Throw<JsonException>();
        }
    }

    [Theory]
    [InlineData("error 503 html", 503, "text/html", "<html>")]
    [InlineData("error 500 empty", 500, "", "")]
    public void An_error_may_have_a_body_that_is_none(string words, int status, string type, string begins)
    {
        var answer = Native.Send("/anthropic/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", words);

        answer.Reply.Status.Should().Be(status);
        answer.Reply.ContentType.Should().Be(type);
        answer.Text.Should().StartWith(begins);
        answer.Reply.Length.Should().Be(answer.Text.Length);
    }

    [Fact]
    public void Slowness_is_before_the_first_piece_or_before_each()
    {
        const string path = "/openai/v1/chat/completions", body = """{"stream":true,"messages":[{"role":"user","content":"hi"}]}""";

        Native.Send(path, body, "wait 5").Reply.Should().Match<Gateway.Providers.Demo.Upstreams.DemoHttpReply>(static r => r.Delay == TimeSpan.FromSeconds(5) && r.Pace == null);
        Native.Send(path, body, "slow").Reply.Should().Match<Gateway.Providers.Demo.Upstreams.DemoHttpReply>(static r => r.Delay == TimeSpan.Zero && r.Pace == TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("/anthropic/v1/messages", """{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"demo:refuse"}]}""", "\"stop_reason\":\"refusal\"")]
    [InlineData("/gemini/v1beta/models/x:generateContent", """{"contents":[{"parts":[{"text":"demo:refuse"}]}]}""", "\"finishReason\":\"SAFETY\"")]
    [InlineData("/openai/v1/chat/completions", """{"messages":[{"role":"user","content":"demo:refuse"}]}""", "\"content\":null,\"refusal\":\"I was asked")]
    public void Declining_looks_as_it_does_with_this_provider(string path, string body, string says) => Native.Send(path, body).Text.Should().Contain(says);

    [Fact]
    public void A_misspelt_fault_is_told()
    {
        var answer = Native.Send("/openai/v1/embeddings", Native.Requests["/openai/v1/embeddings"], "eror 503");
        answer.Reply.Status.Should().Be(400);
        answer.Text.Should().Contain("x-demo-fault");
    }

    [Theory]
    [InlineData("gemini-3-x", null, 400)]
    [InlineData("gemini-3-x", "AAAA", 400)]
    [InlineData("gemini-3-x", "skip_thought_signature_validator", 200)]
    [InlineData("gemini-2.5-x", null, 200)]
    [InlineData("gemini-2.5-x", "AAAA", 400)]
    public void A_call_of_Gemini_comes_back_signed(string model, string? signature, int status)
    {
        var signed = signature is null ? "" : $$""","thoughtSignature":"{{signature}}" """;
        Native.Send($"/gemini/v1beta/models/{model}:generateContent", $$$$"""
            {"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"functionCall":{"name":"n","args":{}}{{{{signed}}}}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"n","response":{"output":"r"}}}]}]}
            """).Reply.Status.Should().Be(status);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"system","content":"a"}]}""", "messages.0.role: ")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}]}""", "max_tokens: Field required")]
    [InlineData("""{"model":"m","max_tokens":9,"temperature":1.5,"messages":[{"role":"user","content":"a"}]}""", "temperature: ")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"n","input":{}}]},{"role":"user","content":"a"}]}""", "messages.1: `tool_use` without")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}""", "messages.0.content.0: `tool_result` for no")]
    [InlineData("""{"model":"m","max_tokens":9,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"a"}]}""", "max_tokens: must be greater")]
    public void What_Anthropic_refuses_is_refused_by_name(string body, string message)
    {
        var answer = Native.Send("/anthropic/v1/messages", body);
        answer.Reply.Status.Should().Be(400);
        Translation.Json(answer.Text).GetProperty("error").GetProperty("message").GetString().Should().StartWith(message);
    }

    [Fact]
    public void What_Mistral_does_not_know_it_refuses()
    {
        var answer = Native.Send("/mistral/v1/chat/completions", """{"model":"m","seed":1,"messages":[{"role":"user","content":"a"}]}""");
        answer.Reply.Status.Should().Be(422);
        answer.Text.Should().Contain("\"loc\":[\"body\",\"seed\"]");
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Native.Send("/nobody/v1/x", "{}").Reply.Status.Should().Be(404);
        Native.Send("/openai/v1/x", "{}").Reply.Status.Should().Be(404);
        Native.Send("/vertex/v1/publishers/google/models/x:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}]}""").Reply.Status.Should().Be(200);
        Native.Send("/vertex/v1/somewhere/publishers/google/models/x:generateContent", "{}").Reply.Status.Should().Be(404);
    }

    private static string Id(NativeAnswer answer)
    {
        var reply = Translation.Json(answer.Text);
        return reply.TryGetProperty("id", out var id) ? id.GetString()! : reply.TryGetProperty("request_id", out var request) ? request.GetString()!["req_".Length..] : "ID";
    }
}
