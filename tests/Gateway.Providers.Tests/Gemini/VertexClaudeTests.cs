using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Claude on Vertex AI.</summary>
public sealed class VertexClaudeTests
{
    private static readonly TranslationContext Claude = Translation.Context with { TargetModel = "claude-sonnet-4-5@20250929" };

    private static readonly ITranslator Vertex = new Translation("vertex", InferenceEndpoint.ChatCompletions).Translator;

    [Theory]
    [InlineData(false, "publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict")]
    [InlineData(true, "publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict")]
    public void The_body_is_Anthropics_with_its_version_and_without_the_model(bool stream, string path)
    {
        var ask = Vertex.BuildRequest(Encoding.UTF8.GetBytes($$"""{"model":"fast","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}"""), Claude).Value;

        (ask.Path, ask.Stream).Should().Be((path, stream));
        Encoding.UTF8.GetString(ask.Body.Span).Should().Be(
            """{"anthropic_version":"vertex-2023-10-16","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]""" + (stream ? ",\"stream\":true}" : "}"));
    }

    [Fact]
    public void Its_answers_are_Anthropics()
    {
        var reply = new ArrayBufferWriter<byte>();
        Vertex.ReadReply("""{"content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"""u8, Claude, reply).Value.Usage!.Value.Output.Should().Be(2);
        ((string?)JsonNode.Parse(reply.WrittenSpan)!["choices"]![0]!["message"]!["content"]).Should().Be("hello");

        var stream = Vertex.OpenStream(Claude);
        stream.Read(Golden.Bytes("anthropic", "tools.upstream.txt"), reply);
        stream.Facts.Finished.Should().BeTrue();
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is wrong"}}""", "prompt is wrong")]
    [InlineData("""[{"error":{"code":400,"message":"no such model","status":"INVALID_ARGUMENT"}}]""", "no such model")]
    public void Its_errors_are_Anthropics_or_Googles(string body, string message) =>
        Vertex.ReadError(new GatewayError(ErrorKind.UpstreamRejected, "unread"), 400, Encoding.UTF8.GetBytes(body)).Should().BeEquivalentTo(new { Kind = ErrorKind.UpstreamRejected, Message = message });

    [Fact]
    public void Other_models_are_Googles() =>
        Vertex.BuildRequest("""{"model":"fast","messages":[{"role":"user","content":"hi"}]}"""u8, Translation.Context).Value.Path.Should().Be("publishers/google/models/demo:generateContent");
}
