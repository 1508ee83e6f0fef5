using System.Text;
using System.Text.Json;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Support;

/// <summary>The oracle itself: it must accept what OpenAI really answers and refuse what is broken, or the tests that lean on it prove nothing.</summary>
public sealed class OpenAISchemaTests
{
    private const string GoodReply = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},
        "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
        """;

    private const string GoodChunk = """
        {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}
        """;

    // The counts are those of shared/spec/validate.mjs on the same recordings; the few invalid ones are recordings of failures.
    [SkippableTheory]
    [InlineData("chat", false, "CreateChatCompletionResponse", 27, 0)]
    [InlineData("chat", true, "CreateChatCompletionStreamResponse", 10, 1)]
    [InlineData("completions", false, "CreateCompletionResponse", 10, 0)]
    [InlineData("completions", true, "CreateCompletionResponse", 7, 0)]
    [InlineData("embeddings", false, "CreateEmbeddingResponse", 7, 0)]
    [InlineData("moderations", false, "CreateModerationResponse", 7, 0)]
    [InlineData("images", false, "ImagesResponse", 3, 0)]
    [InlineData("responses", false, "Response", 68, 1)]
    [InlineData("responses", true, "ResponseStreamEvent", 17, 3)]
    public void Recorded_answers_of_OpenAI_are_judged_as_the_reference_validator_judges_them(string endpoint, bool stream, string schema, int valid, int invalid)
    {
        SkipWithoutData();
        var verdicts = Recording.Of("openai")
            .Where(r => r.Endpoint == endpoint && r.Stream == stream && r.Status < 400 && r.Body is not null && r.Request.GetProperty("method").GetString() == "POST")
            .Select(r => (stream ? r.Events() : [r.Body!]).SelectMany(e => Validate(schema, e)).ToList())
            .ToList();
        verdicts.Count(v => v.Count == 0).Should().Be(valid, string.Join('\n', verdicts.SelectMany(v => v).Take(20)));
        verdicts.Count(v => v.Count > 0).Should().Be(invalid);
    }

    [SkippableTheory]
    [InlineData("chat", "CreateChatCompletionRequest", 36, 0)]
    [InlineData("completions", "CreateCompletionRequest", 17, 0)]
    [InlineData("embeddings", "CreateEmbeddingRequest", 7, 0)]
    [InlineData("responses", "CreateResponse", 44, 23)]
    public void Recorded_requests_are_judged_as_the_reference_validator_judges_them(string endpoint, string schema, int valid, int invalid)
    {
        SkipWithoutData();
        var verdicts = Recording.Of("openai")
            .Where(r => r.Endpoint == endpoint && r.Status < 400 && r.Body is not null && r.Request.GetProperty("method").GetString() == "POST")
            .Where(r => r.Request.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object && !body.TryGetProperty("$base64", out _))
            .Where(r => r.Stream || IsJson(r.Body!))
            .Select(r => Validate(schema, r.Request.GetProperty("body").GetRawText()))
            .ToList();
        verdicts.Count(v => v.Count == 0).Should().Be(valid, string.Join('\n', verdicts.SelectMany(v => v).Take(20)));
        verdicts.Count(v => v.Count > 0).Should().Be(invalid);
    }

    [SkippableFact]
    public void Recorded_errors_of_OpenAI_are_valid()
    {
        SkipWithoutData();
        var errors = Recording.Of("openai").Where(r => r.Status >= 400 && r.Body is not null && IsJson(r.Body)).ToList();
        errors.Should().HaveCount(22);
        errors.SelectMany(r => Validate("ErrorResponse", r.Body!)).Should().BeEmpty();
    }

    [SkippableTheory]
    [InlineData("\"object\":\"chat.completion\"", "\"object\":\"chat\"", "/object")]
    [InlineData("\"id\":\"chatcmpl-1\",", "", "lacks 'id'")]
    [InlineData("\"created\":1", "\"created\":\"1\"", "/created")]
    [InlineData("\"created\":1", "\"created\":1.5", "/created")]
    [InlineData("\"finish_reason\":\"stop\"", "\"finish_reason\":\"end_turn\"", "/choices/0/finish_reason")]
    [InlineData("\"index\":0,", "", "lacks 'index'")]
    [InlineData("\"index\":0", "\"index\":null", "/choices/0/index")]
    [InlineData("\"role\":\"assistant\"", "\"role\":\"user\"", "/choices/0/message/role")]
    [InlineData("\"content\":\"hi\"", "\"content\":[]", "/choices/0/message/content")]
    [InlineData("\"content\":\"hi\",", "", "lacks 'content'")]
    [InlineData("\"total_tokens\":2", "\"total_tokens\":\"2\"", "/usage")]
    [InlineData("\"model\":\"m\"", "\"model\":\"m\",\"model\":\"n\"", "no JSON")]
    public void A_broken_reply_is_refused(string sound, string broken, string expected)
    {
        SkipWithoutData();
        Validate("CreateChatCompletionResponse", GoodReply).Should().BeEmpty();
        GoodReply.Should().Contain(sound);
        Validate("CreateChatCompletionResponse", GoodReply.Replace(sound, broken, StringComparison.Ordinal)).Should().Contain(e => e.Contains(expected, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("\"delta\":{\"content\":\"hi\"}", "\"delta\":\"hi\"", "/choices/0/delta")]
    [InlineData("\"choices\":[", "\"choices\":null,\"x\":[", "/choices")]
    [InlineData("\"finish_reason\":null", "\"finish_reason\":\"eos\"", "/choices/0/finish_reason")]
    [InlineData("{\"content\":\"hi\"}", "{\"tool_calls\":[{\"id\":\"a\"}]}", "lacks 'index'")]
    public void A_broken_chunk_is_refused(string sound, string broken, string expected)
    {
        SkipWithoutData();
        Validate("CreateChatCompletionStreamResponse", GoodChunk).Should().BeEmpty();
        GoodChunk.Should().Contain(sound);
        Validate("CreateChatCompletionStreamResponse", GoodChunk.Replace(sound, broken, StringComparison.Ordinal))
            .Should().Contain(e => e.Contains(expected, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Validate(string schema, string json) => OpenAISchema.Validate(schema, Encoding.UTF8.GetBytes(json));

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void SkipWithoutData()
    {
        Skip.IfNot(OpenAISchema.IsAvailable(out var noSchema), noSchema);
        Skip.IfNot(Recording.AreAvailable(out var noRecordings), noRecordings);
    }
}
