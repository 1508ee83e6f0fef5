using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>OpenAI's format, which needs no translation: it says what the demo in process says, and is what OpenAI's specification describes.</summary>
public sealed class OpenAIFormatTests
{
    private const int Chats = 150;

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/azure/openai/deployments/d/chat/completions")]
    public void A_chat_and_its_stream_say_what_the_demo_says(string path)
    {
        var demo = new UpstreamLane("demo");
        for (var seed = 0; seed < Chats; seed++)
        {
            var body = RandomChat.Json(new RandomChat(new Random(seed), "openai").Next());
            var expected = demo.Whole(body);
            Same(StreamSum.OfReply(Translation.Json(Native.Send(path, body).Text)), expected, body);
            Same(StreamSum.Of([.. Chunks(Native.Send(path, Streamed(body)))]).Choices, expected, body);
        }
    }

    [SkippableTheory]
    [InlineData("/openai/v1/chat/completions", "CreateChatCompletionResponse", "CreateChatCompletionStreamResponse")]
    [InlineData("/openai/v1/responses", "Response", "ResponseStreamEvent")]
    [InlineData("/openai/v1/completions", "CreateCompletionResponse", "CreateCompletionResponse")]
    [InlineData("/openai/v1/embeddings", "CreateEmbeddingResponse", null)]
    [InlineData("/openai/v1/moderations", "CreateModerationResponse", null)]
    public void Answers_are_valid_by_the_specification(string path, string schema, string? eventSchema)
    {
        Skip.IfNot(OpenAISchema.IsAvailable(out var reason), reason);
        string[] bodies = [Native.Requests[path], Native.Requests[path].Replace("\"weather\"", "\"demo:refuse\"", StringComparison.Ordinal), Native.Requests[path].Replace("\"tools\"", "\"metadata\":null,\"x\"", StringComparison.Ordinal).Replace("\"tool_choice\"", "\"y\"", StringComparison.Ordinal)];
        foreach (var body in bodies)
        {
            var whole = Native.Send(path, Streamed(body, false));
            whole.Reply.Status.Should().Be(200, whole.Text);
            OpenAISchema.Validate(schema, System.Text.Encoding.UTF8.GetBytes(whole.Text)).Should().BeEmpty(whole.Text);
            if (eventSchema is null) continue;
            foreach (var chunk in Chunks(Native.Send(path, Streamed(body))))
                OpenAISchema.Validate(eventSchema, System.Text.Encoding.UTF8.GetBytes(chunk.GetRawText())).Should().BeEmpty(chunk.GetRawText());
        }
    }

    private static IEnumerable<JsonElement> Chunks(NativeAnswer answer) =>
        answer.Parts.Select(static p => p[(p.IndexOf("data: ", StringComparison.Ordinal) + 6)..]).Where(static d => !d.StartsWith("[DONE]", StringComparison.Ordinal)).Select(Translation.Json);

    private static string Streamed(string body, bool stream = true)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        request["stream"] = stream;
        if (!stream) request.Remove("stream_options");
        return request.ToJsonString();
    }

    private static void Same(IReadOnlyList<ChoiceSum> said, Said expected, string body)
    {
        foreach (var (told, should) in said.Zip(expected.Choices, static (a, b) => (a, b)))
        {
            (told.Content ?? "").Should().Be(should.Content ?? "", "{0}", body);
            told.CallNames.Should().Equal(should.CallNames, "{0}", body);
            told.CallIds.Should().Equal(should.CallIds, "{0}", body);
            told.CallArguments.Should().Equal(should.CallArguments, "{0}", body);
            told.FinishReason.Should().Be(should.FinishReason, "{0}", body);
        }

        said.Should().HaveCount(expected.Choices.Count);
    }
}
