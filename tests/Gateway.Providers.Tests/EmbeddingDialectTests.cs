using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>Embeddings of the providers with a dialect of their own.</summary>
public sealed class EmbeddingDialectTests
{
    private const string CohereAnswer = """{"embeddings":{"float":[[0.5,-2],[1,3]]},"meta":{"billed_units":{"input_tokens":7,"image_tokens":0}}}""";

    private const string OllamaAnswer = """{"embeddings":[[0.5,-2],[1,3]],"total_duration":5,"prompt_eval_count":7}""";

    [Theory]
    [InlineData("cohere", """{"input":"a"}""", """{"input_type":"search_document","embedding_types":["float"],"texts":["a"]}""")]
    [InlineData("cohere", """{"input":["a","b"],"dimensions":256,"encoding_format":"base64","user":"ana","input_type":"search_query","truncate":"NONE"}""",
        """{"embedding_types":["float"],"output_dimension":256,"texts":["a","b"],"input_type":"search_query","truncate":"NONE"}""")]
    [InlineData("ollama", """{"input":"a","user":null,"stream":false}""", """{"input":["a"]}""")]
    [InlineData("ollama", """{"input":["a","b"],"dimensions":256,"truncate":false,"keep_alive":"5m"}""", """{"input":["a","b"],"dimensions":256,"truncate":false,"keep_alive":"5m"}""")]
    public void A_request_becomes(string kind, string request, string native)
    {
        var built = Ask(kind, request);

        var expected = JsonNode.Parse(native)!.AsObject();
        expected["model"] = "demo";
        JsonNode.DeepEquals(JsonNode.Parse(built.Body.Span), expected).Should().BeTrue(Encoding.UTF8.GetString(built.Body.Span));
        built.Path.Should().Be(kind == "cohere" ? "v2/embed" : "api/embed");
    }

    [Theory]
    [InlineData("cohere", "{}", "input")]
    [InlineData("cohere", """{"input":[[1,2]]}""", "input")]
    [InlineData("cohere", """{"input":["a",""]}""", "input")]
    [InlineData("cohere", """{"input":"a","dimensions":0}""", "dimensions")]
    [InlineData("cohere", """{"input":"a","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("cohere", """{"input":"a","embedding_types":["int8"]}""", "embedding_types")]
    [InlineData("ollama", """{"input":[1,2]}""", "input")]
    [InlineData("ollama", """{"input":"a","stream":true}""", "stream")]
    public void What_cannot_be_served_is_a_400_that_names_its_place(string kind, string request, string field) =>
        new Translation(kind, InferenceEndpoint.Embeddings).Build(request).Error!.Param.Should().Be(field);

    [Theory]
    [InlineData("cohere", CohereAnswer, "float", "[0.5,-2]")]
    [InlineData("cohere", CohereAnswer, "base64", "\"AAAAPwAAAMA=\"")]
    [InlineData("ollama", OllamaAnswer, "float", "[0.5,-2]")]
    [InlineData("ollama", OllamaAnswer, "base64", "\"AAAAPwAAAMA=\"")]
    public void An_answer_becomes(string kind, string answer, string format, string first)
    {
        var reply = Read(kind, answer, format, out var facts);

        reply!["data"]!.AsArray().Select(static v => (int)v!["index"]!).Should().Equal(0, 1);
        reply["data"]![0]!["embedding"]!.ToJsonString().Should().Be(first);
        reply["usage"]!.ToJsonString().Should().Be("""{"prompt_tokens":7,"total_tokens":7}""");
        facts.Value.Usage.Should().Be(new TokenUsage { Input = 7 });
        facts.Value.RawUsage.Should().Contain(":7");
    }

    [Theory]
    [InlineData("cohere", "")]
    [InlineData("cohere", "{}")]
    [InlineData("cohere", """{"embeddings":{"float":[[0.5]]}}""")]   // one for two
    [InlineData("cohere", """{"embeddings":{"float":[[0.5],[]]}}""")]
    [InlineData("cohere", """{"embeddings":{"float":[[0.5],[1e99]]}}""")]
    [InlineData("cohere", """{"embeddings":{"float":[[0.5],null]}}""")]
    [InlineData("ollama", """{"error":"model not loaded"}""")]
    [InlineData("ollama", """{"embedding":[1]}""")]
    [InlineData("ollama", """{"embeddings":[["a"],[1]]}""")]
    public void An_answer_that_is_none_is_a_bad_upstream(string kind, string answer)
    {
        Read(kind, answer, "float", out var facts).Should().BeNull();

        facts.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
    }

    [Theory]
    [InlineData("cohere", """{"embeddings":{"float":[[0.5],[1]]}}""")]
    [InlineData("cohere", """{"embeddings":{"float":[[0.5],[1]]},"meta":{"billed_units":{"input_tokens":-1}}}""")]
    [InlineData("ollama", """{"embeddings":[[0.5],[1]]}""")]
    [InlineData("ollama", """{"embeddings":[[0.5],[1]],"prompt_eval_count":-1}""")]
    public void A_usage_that_cannot_be_is_none(string kind, string answer)
    {
        Read(kind, answer, "float", out var facts).Should().NotBeNull();

        facts.Value.Should().BeEquivalentTo(new { Usage = (TokenUsage?)null });
    }

    [SkippableFact]
    public void Recorded_answers_of_Cohere_are_read()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var compared = 0;
        foreach (var recording in Recording.Of("cohere").Where(static r => r.Endpoint == "cohere-embed"))
        {
            var texts = JsonNode.Parse(recording.Body!)!["texts"]!.AsArray();
            var vectors = JsonNode.Parse(recording.Body!)!["embeddings"]!["float"];
            if (vectors is null) continue;   // asked for by another suite in whole numbers
            var reply = Read("cohere", recording.Body!, "float", out _, texts.ToJsonString());
            reply!["data"]!.AsArray().Select(static v => v!["embedding"]!.AsArray().Count).Should().Equal(vectors.AsArray().Select(static v => v!.AsArray().Count));
            ((long)reply["usage"]!["prompt_tokens"]!).Should().Be((long)JsonNode.Parse(recording.Body!)!["meta"]!["billed_units"]!["input_tokens"]!);
            compared++;
        }

        compared.Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData("cohere", CohereAnswer)]
    [InlineData("ollama", OllamaAnswer)]
    public void Anything_anywhere_is_served_or_refused(string kind, string answer)
    {
        var random = new Random(15);
        var translation = new Translation(kind, InferenceEndpoint.Embeddings);
        for (var i = 0; i < 2000; i++)
        {
            translation.Build(RandomJson.Mutate("""{"input":["a","b"],"dimensions":3,"encoding_format":"float","input_type":"x"}""", random));
            Read(kind, RandomJson.Mutate(answer, random), "float", out _);
        }
    }

    private static UpstreamRequest Ask(string kind, string request) => new Translation(kind, InferenceEndpoint.Embeddings).Ask(request);

    private static JsonNode? Read(string kind, string answer, string format, out Outcome<ReplyFacts> facts, string input = """["a","b"]""")
    {
        var ask = Ask(kind, $$"""{"input":{{input}},"encoding_format":"{{format}}"}""");
        var output = new ArrayBufferWriter<byte>();
        facts = new Translation(kind, InferenceEndpoint.Embeddings).Translator.ReadReply(Encoding.UTF8.GetBytes(answer), Translation.Context with { Memory = ask.Memory }, output);
        return facts.IsOk ? JsonNode.Parse(output.WrittenSpan) : null;
    }
}
