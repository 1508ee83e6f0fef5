using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>No turn of the assistant's is lost on its way into another dialect.</summary>
public sealed class AssistantTurnTests
{
    public static TheoryData<string, string?> Kinds => new() { { "anthropic", null }, { "bedrock", null }, { "bedrock", "invoke" }, { "cohere", null }, { "gemini", null }, { "vertex", null }, { "ollama", null } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_refusal_beside_text_is_said_behind_it(string kind, string? api)
    {
        foreach (var content in (string[])["\"half of it\"", """[{"type":"text","text":"half of it"}]""", "\"\"", "[]"])
        {
            var sent = Sent(new Translation(kind, InferenceEndpoint.ChatCompletions, api).Ask(Request($$"""{"role":"assistant","content":{{content}},"refusal":"the rest I may not"}""")));

            sent.Should().Contain("the rest I may not");
            if (content.Contains("half", StringComparison.Ordinal)) sent.IndexOf("half of it", StringComparison.Ordinal).Should().BeInRange(0, sent.IndexOf("the rest", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_only_OpenAI_could_read_is_a_400_that_names_it(string kind, string? api)
    {
        var translation = new Translation(kind, InferenceEndpoint.ChatCompletions, api);

        translation.Build(Request("""{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}""")).Error!.Param.Should().Be("messages[1].function_call");
        translation.Build(Request("""{"role":"assistant","audio":{"id":"audio_1"}}""")).Error!.Param.Should().Be("messages[1].audio");
        translation.Build(Request("""{"role":"assistant","content":"said","audio":{"id":"audio_1"},"function_call":null}""")).Error.Should().BeNull("what was said is there");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_service_that_everybody_has_is_nothing_to_refuse(string kind, string? api) =>
        new Translation(kind, InferenceEndpoint.ChatCompletions, api).Build("""{"model":"fast","service_tier":"default","messages":[{"role":"user","content":"x"}]}""").Error.Should().BeNull();

    [Fact]
    public void A_refusal_in_a_response_reaches_a_server_that_has_no_place_for_it()
    {
        var form = ClientDialects.Responses.ToChat("""
            {"model":"m","input":[{"role":"user","content":"x"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"half of it"},{"type":"refusal","refusal":"the rest I may not"}]},{"role":"user","content":"y"}]}
            """u8, Translation.Context, new ChatTarget(ChatReach.Compatible, false, ChatOutputLimit.MaxTokens));

        ((string?)JsonNode.Parse(form.Value.Body.Span)!["messages"]![1]!["content"]).Should().Be("half of it\n\nthe rest I may not");
    }

    [Theory]
    [InlineData("""{"type":"adaptive"}""", "", """{"type":"adaptive"}""", null)]
    [InlineData("""{"type":"enabled","budget_tokens":3000}""", "", """{"type":"enabled","budget_tokens":3000}""", null)]
    [InlineData("""{"type":"enabled","budget_tokens":3000}""", ""","output_config":{"effort":"low"}""", """{"type":"enabled","budget_tokens":2000}""", null)]
    [InlineData("""{"type":"disabled"}""", "", """{"type":"disabled"}""", null)]
    [InlineData("""{"type":"enabled","budget_tokens":3000}""", "unsigned", null, "thinking")]
    [InlineData("""{"type":"adaptive"}""", "unsigned", """{"type":"adaptive"}""", null)]
    public void Claude_in_a_cloud_thinks_as_the_client_says(string thinking, string more, string? sent, string? dropped)
    {
        const string turn = """,{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]}""";
        var messages = $$"""[{"role":"user","content":"x"}{{(more == "unsigned" ? turn : "")}}]""";
        var body = $$"""{"model":"m","max_tokens":10000,"thinking":{{thinking}},"messages":{{messages}}{{(more == "unsigned" ? "" : more)}}}""";
        foreach (var (kind, api, model) in ((string, string?, string)[])[("vertex", null, "claude-sonnet-4-5"), ("bedrock", null, "eu.anthropic.claude-x"), ("bedrock", "invoke", "eu.anthropic.claude-x")])
        {
            var manifest = ProviderCatalog.ByKind[kind].Manifest.By(api);
            var context = Translation.Context with { TargetModel = model };
            var chat = ClientDialects.Messages.ToChat(System.Text.Encoding.UTF8.GetBytes(body), context, manifest.ChatTarget);
            chat.Error.Should().BeNull();
            var built = manifest.Translators[InferenceEndpoint.ChatCompletions].BuildRequest(chat.Value.Body.Span, context);

            built.Error.Should().BeNull();
            var request = JsonNode.Parse(built.Value.Body.Span)!;
            var there = request["thinking"] ?? request["additionalModelRequestFields"]?["thinking"];
            JsonNode.DeepEquals(there, sent is null ? null : JsonNode.Parse(sent)).Should().BeTrue($"{kind} {api}: {request.ToJsonString()}");
            built.Value.Dropped.Should().Equal(dropped is null ? [] : [dropped]);
        }
    }

    private static string Request(string turn) => $$"""{"model":"fast","messages":[{"role":"user","content":"x"},{{turn}},{"role":"user","content":"y"}]}""";

    private static string Sent(UpstreamRequest request) => JsonSerializer.Serialize(JsonNode.Parse(request.Body.Span));
}
