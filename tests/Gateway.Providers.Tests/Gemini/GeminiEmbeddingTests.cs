using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Embeddings at both addresses.</summary>
public sealed class GeminiEmbeddingTests
{
    private const string Batch = """{"embeddings":[{"values":[0.5,-1]},{"values":[0.25,2]}],"usageMetadata":{"promptTokenCount":7}}""";
    private const string Predictions = """{"predictions":[{"embeddings":{"values":[0.5,-1],"statistics":{"token_count":3.0}}},{"embeddings":{"values":[0.25,2],"statistics":{"token_count":4}}}]}""";

    [Theory]
    [InlineData("gemini", "models/demo:batchEmbedContents",
        """{"requests":[{"model":"models/demo","content":{"parts":[{"text":"a"}]},"outputDimensionality":2,"task_type":"X"},{"model":"models/demo","content":{"parts":[{"text":"b"}]},"outputDimensionality":2,"task_type":"X"}]}""")]
    [InlineData("vertex", "publishers/google/models/demo:predict", """{"instances":[{"content":"a","task_type":"X"},{"content":"b","task_type":"X"}],"parameters":{"outputDimensionality":2}}""")]
    public void A_request_is_written_the_way_the_address_takes_it(string kind, string path, string native)
    {
        var built = Of(kind).Ask("""{"model":"fast","input":["a","b"],"dimensions":2,"user":"ana","task_type":"X"}""");

        built.Path.Should().Be(path);
        JsonNode.DeepEquals(JsonNode.Parse(built.Body.Span), JsonNode.Parse(native)).Should().BeTrue(Encoding.UTF8.GetString(built.Body.Span));
    }

    [Theory]
    [InlineData("gemini", Batch, "float", "[0.25,2]")]
    [InlineData("vertex", Predictions, "float", "[0.25,2]")]
    [InlineData("vertex", Predictions, "base64", "\"AACAPgAAAEA=\"")]
    public void A_reply_has_a_vector_for_each_text_and_its_usage(string kind, string answer, string format, string second)
    {
        var ask = Of(kind).Ask($$"""{"model":"fast","input":["a","b"],"encoding_format":"{{format}}"}""");
        var output = new ArrayBufferWriter<byte>();

        var read = Of(kind).Translator.ReadReply(Encoding.UTF8.GetBytes(answer), Translation.Context with { Memory = ask.Memory }, output);

        read.Value.Usage.Should().Be(new TokenUsage { Input = 7 });
        JsonNode.Parse(output.WrittenSpan)!["data"]![1]!["embedding"]!.ToJsonString().Should().Be(second);
    }

    [Theory]
    [InlineData("gemini", """{"embeddings":[{"values":[1]}]}""")]   // one for two
    [InlineData("gemini", """{"embeddings":[{"values":[1]},{"values":[1e99]}]}""")]
    [InlineData("gemini", """{"embeddings":[null,{}]}""")]
    [InlineData("vertex", Batch)]
    [InlineData("gemini", "<html>")]
    public void A_reply_that_is_none_is_a_bad_upstream(string kind, string answer)
    {
        var ask = Of(kind).Ask("""{"model":"fast","input":["a","b"]}""");

        Of(kind).Translator.ReadReply(Encoding.UTF8.GetBytes(answer), Translation.Context with { Memory = ask.Memory }, new ArrayBufferWriter<byte>()).Error!.Kind.Should().Be(ErrorKind.BadUpstream);
    }

    [Theory]
    [InlineData("""{"embeddings":[{"values":[1]}]}""", "gemini")]
    [InlineData("""{"predictions":[{"embeddings":{"values":[1],"statistics":{"token_count":-3}}}]}""", "vertex")]
    [InlineData("""{"predictions":[{"embeddings":{"values":[1]}}]}""", "vertex")]
    public void A_usage_that_is_none_is_not_made_up(string answer, string kind) =>
        Of(kind).Translator.ReadReply(Encoding.UTF8.GetBytes(answer), Translation.Context, new ArrayBufferWriter<byte>()).Value.Usage.Should().BeNull();

    [Theory]
    [InlineData("""{"input":[1,2]}""", "input")]
    [InlineData("""{"input":["a",""]}""", "input")]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":"a","dimensions":0}""", "dimensions")]
    [InlineData("""{"input":"a","encoding_format":"x"}""", "encoding_format")]
    public void What_is_wrong_is_a_400_that_names_its_place(string body, string field) => Of("gemini").Build(body).Error!.Param.Should().Be(field);

    [SkippableTheory]
    [InlineData("gemini", "embedContent")]
    [InlineData("vertex", "predict")]
    public void Recorded_answers_are_vectors(string kind, string endpoint)
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var recorded = Recording.Of(kind).Where(r => r.Endpoint == endpoint).ToList();

        recorded.Should().NotBeEmpty();
        foreach (var reply in recorded.Select(r => Of(kind).Read(Encoding.UTF8.GetBytes(r.Body!))))
            JsonNode.Parse(reply)!["data"]![0]!["embedding"]!.AsArray().Count.Should().BeGreaterThan(1);
    }

    private static Translation Of(string kind) => new(kind, InferenceEndpoint.Embeddings);
}
