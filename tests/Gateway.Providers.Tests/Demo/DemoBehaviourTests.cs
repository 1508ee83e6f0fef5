using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo;

/// <summary>Rules of the demo that are more than one golden case, and the bad days it plays on demand.</summary>
public sealed class DemoBehaviourTests
{
    private static readonly Translation Chat = Translation.Demo(InferenceEndpoint.ChatCompletions);

    [Fact]
    public void The_same_request_gets_the_same_answer_and_a_seed_changes_it()
    {
        var answers = Enumerable.Range(0, 8).Select(seed => Content(Ask("Hello", $",\"seed\":{seed}"))).ToList();
        answers.Distinct().Should().HaveCountGreaterThan(3);
        Content(Ask("Hello", ",\"seed\":3")).Should().Be(answers[3]);
    }

    [Fact]
    public void Sixteen_choices_are_sixteen_answers()
    {
        var choices = Translation.Json(Chat.Reply(Ask("Hello", ",\"n\":16"))).GetProperty("choices").EnumerateArray().ToList();
        choices.Select(c => c.GetProperty("message").GetProperty("content").GetString()).Distinct().Should().HaveCount(16);
        choices.Select(c => c.GetProperty("index").GetInt32()).Should().Equal(Enumerable.Range(0, 16));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    public void An_answer_is_never_longer_than_its_limit(int limit)
    {
        foreach (var text in (string[])["Hello", "你好世界，今天怎么样", "🙂🙂🙂🙂🙂🙂"])
        {
            var reply = Translation.Json(Chat.Reply(Ask(text, $",\"max_tokens\":{limit}"), out var facts));
            facts.Usage!.Value.Output.Should().BeLessThanOrEqualTo(limit);
            reply.GetProperty("choices")[0].GetProperty("finish_reason").GetString().Should().Be("length");
        }
    }

    [Theory]
    [InlineData("What's the weather like?", "get_weather")]
    [InlineData("please get weather now", "get_weather")]
    [InlineData("GET_WEATHER", "get_weather")]
    [InlineData("book a flight to Rome", "bookFlight")]
    [InlineData("any flights?", "bookFlight")]
    [InlineData("get me something", "")]
    [InlineData("whether or not", "")]
    [InlineData("flight and weather", "get_weather,bookFlight")]
    [InlineData("use get_weather about my flight", "get_weather")]
    public void A_tool_is_called_when_the_message_speaks_of_it(string message, string expected)
    {
        var body = Ask(message, ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}},{\"type\":\"function\",\"function\":{\"name\":\"bookFlight\"}}]");
        var said = Translation.Json(Chat.Reply(body)).GetProperty("choices")[0].GetProperty("message");
        var called = said.TryGetProperty("tool_calls", out var calls) ? calls.EnumerateArray().Select(c => c.GetProperty("function").GetProperty("name").GetString()) : [];
        string.Join(',', called).Should().Be(expected);
    }

    [Theory]
    [InlineData(400, ErrorKind.UpstreamRejected, 400)]
    [InlineData(404, ErrorKind.UpstreamRejected, 404)]
    [InlineData(401, ErrorKind.BadUpstream, 502)]
    [InlineData(429, ErrorKind.RateLimited, 429)]
    [InlineData(500, ErrorKind.BadUpstream, 502)]
    [InlineData(503, ErrorKind.BadUpstream, 502)]
    [InlineData(504, ErrorKind.UpstreamTimeout, 504)]
    public void An_error_is_played_on_demand(int asked, ErrorKind kind, int seen)
    {
        foreach (var stream in (string[])["", ",\"stream\":true"])
        {
            var error = Chat.Failure(Ask($"demo:error {asked}", stream));
            error.Kind.Should().Be(kind);
            error.Status.Should().Be(seen);
            error.UpstreamStatus.Should().Be(asked);
            error.RetryAfter.Should().Be(asked is 429 or 503 ? TimeSpan.FromSeconds(1) : null);
            JsonDocument.Parse(error.ProviderBody!.Value).RootElement.TryGetProperty("fault", out _).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("demo:error")]
    [InlineData("demo:error 200")]
    [InlineData("demo:error 600")]
    [InlineData("demo:error x")]
    [InlineData("demo:unknown")]
    [InlineData("demo:")]
    [InlineData(" demo:error 500")]
    public void What_is_no_phrase_is_a_message_like_any_other(string message) => Content(Ask(message)).Should().Contain("demo");

    [Fact]
    public void A_stream_that_is_cut_has_begun_and_does_not_end()
    {
        Chat.Stream(Chat.UpstreamBytes(Ask("demo:cut")), [int.MaxValue], out var facts).Should().Contain("\"content\":");
        facts.Finished.Should().BeFalse();
        facts.Error.Should().BeNull();
        facts.Usage.Should().BeNull();
    }

    [Fact]
    public void A_reply_that_is_cut_is_no_reply()
    {
        var answer = Chat.Answer(Chat.Ask(Ask("demo:cut")));
        var read = Chat.Translator.ReadReply(answer.Parts.Single().Span, Translation.Context, new ArrayBufferWriter<byte>());
        read.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
    }

    [Fact]
    public void A_stream_that_fails_in_the_middle_reports_its_error()
    {
        Chat.Stream(Chat.UpstreamBytes(Ask("demo:fault")), [5], out var facts).Should().Contain("\"content\":").And.NotContain("\"finish_reason\":\"");
        facts.Finished.Should().BeFalse();
        facts.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
        Chat.Failure(Ask("demo:fault")).UpstreamStatus.Should().Be(500);
    }

    [Theory]
    [InlineData("demo:slow", 1)]
    [InlineData("demo:slow 5", 5)]
    [InlineData("demo:slow 99999", 600)]
    public void Slowness_is_left_to_the_host(string message, int seconds) =>
        Chat.Answer(Chat.Ask(Ask(message, ",\"stream\":true"))).Pace.Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Other_answers_keep_the_configured_pace() => Chat.Answer(Chat.Ask(Ask("hi", ",\"stream\":true"))).Pace.Should().BeNull();

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""")]
    [InlineData("""{"type":"object","properties":{"a":false},"required":["a"]}""")]
    [InlineData("""{"type":"array","minItems":100000}""")]
    [InlineData("""{"type":"string","minLength":9,"maxLength":8}""")]
    [InlineData("""{"type":"integer","minimum":9,"maximum":8}""")]
    [InlineData("""{"enum":[]}""")]
    public void A_schema_without_a_finite_value_is_refused_by_the_field_it_stands_in(string schema)
    {
        var format = Chat.Failure(Ask("hi", $",\"response_format\":{{\"type\":\"json_schema\",\"json_schema\":{{\"name\":\"a\",\"schema\":{schema}}}}}"));
        format.Status.Should().Be(400);
        format.Param.Should().Be("response_format.json_schema.schema");
        var tool = Chat.Failure(Ask("hi", $",\"tool_choice\":\"required\",\"tools\":[{{\"type\":\"function\",\"function\":{{\"name\":\"f\",\"parameters\":{schema}}}}}]"));
        tool.Param.Should().Be("tools[0].function.parameters");
    }

    [Fact]
    public void Embeddings_are_unit_vectors_of_the_asked_length_in_both_encodings()
    {
        foreach (var dimensions in (int[])[1, 2, 256, 3072])
        {
            var floats = Vectors("\"the quick brown fox\"", $",\"dimensions\":{dimensions}").Single();
            floats.Should().HaveCount(dimensions);
            Math.Sqrt(floats.Sum(f => (double)f * f)).Should().BeApproximately(1, 1e-6);
            Vectors("\"the quick brown fox\"", $",\"dimensions\":{dimensions},\"encoding_format\":\"base64\"").Single().Should().Equal(floats);
        }

        Vectors("\"a\"", "").Single().Should().HaveCount(256);
        Vectors("\"!?\"", "").Single().Should().Contain(1f);
    }

    [Fact]
    public void Texts_with_words_in_common_lie_closer_than_texts_without()
    {
        var v = Vectors("""["how do I reset my password","reset a forgotten password","opening hours of the museum"]""", "");
        Cosine(v[0], v[1]).Should().BeGreaterThan(Cosine(v[0], v[2]) + 0.2);
    }

    [Fact]
    public void Embeddings_fail_on_demand_too() => Translation.Demo(InferenceEndpoint.Embeddings).Failure("""{"input":"demo:error 503"}""").UpstreamStatus.Should().Be(503);

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static List<float[]> Vectors(string input, string more)
    {
        var reply = Translation.Json(Translation.Demo(InferenceEndpoint.Embeddings).Reply($$"""{"model":"demo","input":{{input}}{{more}}}"""));
        return [.. reply.GetProperty("data").EnumerateArray().Select(d => Floats(d.GetProperty("embedding")))];
    }

    private static float[] Floats(JsonElement embedding)
    {
        if (embedding.ValueKind == JsonValueKind.Array) return [.. embedding.EnumerateArray().Select(f => f.GetSingle())];
        var bytes = embedding.GetBytesFromBase64();
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * 4)))];
    }

    private static string Content(string body) => Translation.Json(Chat.Reply(body)).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static string Ask(string message, string more = "") =>
        $$"""{"model":"demo","messages":[{"role":"user","content":{{JsonSerializer.Serialize(message)}}}]{{more}}}""";
}
