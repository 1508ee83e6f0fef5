using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Wire.OpenAI;

public sealed class OpenAIRequestTests
{
    [Theory]
    [InlineData("""{"messages":5}""", "messages")]
    [InlineData("""{"messages":[{"role":5}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":5}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":5}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":{}}]}""", "messages[0].content")]
    [InlineData("""{"max_tokens":"5"}""", "max_tokens")]
    [InlineData("""{"max_tokens":1e3}""", "max_tokens")]
    [InlineData("""{"max_tokens":99999999999}""", "max_tokens")]
    [InlineData("""{"stop":5}""", "stop")]
    [InlineData("""{"stop":["a",5]}""", "stop")]
    [InlineData("""{"stream":"yes"}""", "stream")]
    [InlineData("""{"stream_options":[]}""", "stream_options")]
    [InlineData("""{"tool_choice":5}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":[]}}}""", "tool_choice.function.name")]
    [InlineData("""{"tools":{}}""", "tools")]
    [InlineData("""{"tools":[{"function":"f"}]}""", "tools[0].function")]
    [InlineData("""{"response_format":"json"}""", "response_format")]
    [InlineData("""{"n":1.5}""", "n")]
    [InlineData("""{"seed":"x"}""", "seed")]
    public void A_value_of_the_wrong_type_is_an_error_that_names_its_field(string body, string field)
    {
        var read = OpenAIRequest.Read(Encoding.UTF8.GetBytes(body), OpenAIJson.Default.ChatRequest);
        read.IsOk.Should().BeFalse();
        read.Error!.Kind.Should().Be(ErrorKind.InvalidRequest);
        read.Error.Param.Should().Be(field);
        read.Error.Message.Should().Contain(field).And.NotContain("System.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"model":"a","model":"b"}""")]
    [InlineData("""{"messages":[{"role":"\ud800"}]}""")]
    [InlineData("""{"\ud800":1}""")]
    public void What_is_no_request_is_an_error(string body) =>
        OpenAIRequest.Read(Encoding.UTF8.GetBytes(body), OpenAIJson.Default.ChatRequest).IsOk.Should().BeFalse();

    [Fact]
    public void Names_are_compared_by_case() =>
        OpenAIRequest.Read("""{"N":"a","n":2}"""u8, OpenAIJson.Default.ChatRequest).Value!.N.Should().Be(2);

    [SkippableTheory]
    [InlineData("chat")]
    [InlineData("completions")]
    [InlineData("embeddings")]
    public void A_recorded_request_survives_the_hub_with_every_field_it_has(string endpoint)
    {
        Skip.IfNot(Support.Recording.AreAvailable(out var reason), reason);
        var bodies = Support.Recording.Of("openai")
            .Where(r => r.Endpoint == endpoint && r.Status < 400 && r.Request.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object)
            .Select(r => r.Request.GetProperty("body").GetRawText()).ToList();
        bodies.Should().NotBeEmpty();
        foreach (var body in bodies) AssertSurvives(body, endpoint);
    }

    [SkippableFact]
    public void A_chat_request_of_any_provider_survives_the_hub_with_every_field_it_has()
    {
        Skip.IfNot(Support.Recording.AreAvailable(out var reason), reason);
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "chat-requests.jsonl")))
            AssertSurvives(JsonDocument.Parse(line).RootElement.GetProperty("request").GetRawText(), "chat");
    }

    private static void AssertSurvives(string body, string endpoint)
    {
        var written = endpoint switch
        {
            "chat" => RoundTrip(body, OpenAIJson.Default.ChatRequest),
            "completions" => RoundTrip(body, OpenAIJson.Default.CompletionRequest),
            _ => RoundTrip(body, OpenAIJson.Default.EmbeddingRequest),
        };
        JsonNode.DeepEquals(Plain(JsonNode.Parse(written)), Plain(JsonNode.Parse(body))).Should().BeTrue($"{written} must say what {body} says");
    }

    private static string RoundTrip<T>(string body, JsonTypeInfo<T> type) where T : class
    {
        var read = OpenAIRequest.Read(Encoding.UTF8.GetBytes(body), type);
        read.Error.Should().BeNull(body);
        return JsonSerializer.Serialize(read.Value!, type);
    }

    /// <summary>Without members that are null, and with an array where one string may stand for it: the record has one form of each.</summary>
    private static JsonNode? Plain(JsonNode? node, string? name = null) => node switch
    {
        JsonObject o => new JsonObject(o.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, Plain(m.Value, m.Key)))),
        JsonArray a when name is "prompt" or "input" && a[0]!.GetValueKind() == JsonValueKind.Number => new JsonArray(Plain(a)),
        JsonArray a => new JsonArray([.. a.Select(i => Plain(i))]),
        JsonValue v when name is "stop" or "prompt" or "input" && v.GetValueKind() == JsonValueKind.String => new JsonArray(v.DeepClone()),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number => JsonValue.Create(v.Deserialize<double>()),
        _ => node?.DeepClone(),
    };
}
