using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Tests.Usage;

public sealed class OpenAIScanTests
{
    private const string Reply = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant",
        "content":"a \"usage\":{} trap","refusal":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"usage\":1}"}}]},
        "logprobs":{"content":[{"token":"a","logprob":-1,"top_logprobs":[]}]},"finish_reason":"stop"}],
        "usage" : {"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}, "service_tier":"flex","system_fingerprint":null}
        """;

    private static readonly byte[] ReplyBytes = Encoding.UTF8.GetBytes(Reply);

    [Fact]
    public void A_reply_is_scanned_for_usage_model_and_tier()
    {
        OpenAIReply.Scan(ReplyBytes, out var scan).Should().BeTrue();
        Encoding.UTF8.GetString(scan.Usage.Of(ReplyBytes)).Should().Be("""{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}""");
        Encoding.UTF8.GetString(scan.Model.Of(ReplyBytes)).Should().Be("\"gpt-4o-2024-08-06\"");
        scan.Tier.Should().Be(ServiceTier.Flex);
        scan.HasError.Should().BeFalse();
        scan.ContentBytes.Should().Be("""a \"usage\":{} trap""".Length + "f".Length + """{\"usage\":1}""".Length, "logprobs repeat what was counted");
    }

    [Theory]
    [InlineData("""{"object":"list","data":[{"embedding":[0.1,-2e-3],"index":0}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}""", true, false)]
    [InlineData("""{"choices":[{"text":"hi"}],"usage":null}""", false, false)]
    [InlineData("""{"choices":[],"usage":7}""", false, false)]
    [InlineData("""{"message":{"usage":{"prompt_tokens":1}}}""", false, false)]
    [InlineData("""{"error":{"message":"no","type":"x"}}""", false, true)]
    [InlineData("""{"code":"x","error":"no"}""", false, true)]
    [InlineData("""{"object":"error","message":"no"}""", false, true)]
    [InlineData("""{"error":null,"usage":{}}""", true, false)]
    [InlineData("""{"\u0075sage":{}}""", true, false)]
    [InlineData("""{"\ud800sage":{},"x":"\ud800"}""", false, false)]
    public void Replies_of_other_shapes_are_scanned(string json, bool usage, bool error)
    {
        OpenAIReply.Scan(Encoding.UTF8.GetBytes(json), out var scan).Should().BeTrue();
        (!scan.Usage.IsEmpty).Should().Be(usage);
        scan.HasError.Should().Be(error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"usage":{"prompt_tokens":1}""")]
    [InlineData("""{"usage":{}} {}""")]
    [InlineData("<html></html>")]
    [InlineData("{\"a\":tru")]
    public void A_body_that_is_not_one_whole_object_is_not_well_formed(string body) =>
        OpenAIReply.Scan(Encoding.UTF8.GetBytes(body), out _).Should().BeFalse();

    [Fact]
    public void Every_cut_of_a_reply_is_seen()
    {
        for (var length = 0; length < ReplyBytes.Length; length++)
            OpenAIReply.Scan(ReplyBytes.AsSpan(0, length), out _).Should().BeFalse("{0} of {1} bytes are there", length, ReplyBytes.Length);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}""", false, false, false, false, 2)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", false, false, false, true, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{}},{"index":1,"delta":{},"finish_reason":"eos"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", true, false, false, true, 0)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", true, false, true, false, 0)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{"finish_reason":"x"}]}""", false, false, true, false, 0)]
    [InlineData("""{"choices":[{"delta":{"content":"","tool_calls":[{"function":{"name":"f","arguments":"{}"},"finish_reason":"no"}]}}]}""", false, false, false, false, 3)]
    [InlineData("""{"id":"x","choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":1,"completion_tokens":2}}}""", true, false, false, true, 0)]
    [InlineData("""{"choices":[{"delta":{}}],"x_groq":{"id":"r"}}""", false, false, false, false, 0)]
    [InlineData("""{"error":{"message":"overloaded"}}""", false, true, false, false, 0)]
    [InlineData("""{"choices":[{"delta":{"content":"hi"},"finish_reason":""}]}""", false, false, false, false, 2)]
    [InlineData("""{"choices":null,"x_groq":7}""", false, false, false, false, 0)]
    [InlineData("""{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"yes"}]}}]}""", false, false, false, false, 5)]
    public void An_event_is_scanned(string json, bool usage, bool error, bool empty, bool finished, long content)
    {
        OpenAIEvent.Scan(Encoding.UTF8.GetBytes(json), out var scan).Should().BeTrue();
        (!scan.Usage.IsEmpty, scan.HasError, scan.ChoicesEmpty, !scan.Finished.IsEmpty, scan.ContentBytes).Should().Be((usage, error, empty, finished, content));
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}""", 2)]
    [InlineData("""{"choices": [{"delta": {"content": "a\"b\\"}}]}""", 6)]
    [InlineData("""{"choices":[{"delta":{"content":null,"reasoning_content":"hmm"}}]}""", 3)]
    [InlineData("""{"choices":[{"delta":{"reasoning_content":"hmm"}}]}""", 3)]
    [InlineData("""{"choices":[{"delta":{"content":"","reasoning":"hmm"}}]}""", 3)]
    [InlineData("""{"choices":[{"text":" x"}]}""", 2)]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]}""", 7)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant"}}]}""", 0)]
    [InlineData("""{"choices":[{"delta":{"content":"cut""", 3)]
    [InlineData("""{"choices":[{"delta":{"content":"cut\""", 4)]
    [InlineData("""{"content":""", 0)]
    public void The_content_of_an_event_is_measured_without_parsing_it(string json, int bytes) =>
        OpenAIEvent.ContentBytes(Encoding.UTF8.GetBytes(json)).Should().Be(bytes);

    [Fact]
    public void Random_and_mangled_bytes_never_throw_and_what_is_found_lies_inside_them()
    {
        var mangled =
            from at in Gen.Choose(0, ReplyBytes.Length - 1)
            from b in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, ReplyBytes.Length)
            select ReplyBytes[..cut].Select((old, i) => i == at ? (byte)b : old).ToArray();
        var tokens = Gen.ListOf(Gen.Elements("{", "}", "[", "]", ",", ":", "\"usage\"", "\"choices\"", "\"error\"", "\"x_groq\"", "\"finish_reason\"", "null", "1", "\"\\ud800\"", "\"\\u00", "\"", "\n"), 12)
            .Select(static parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        var noise = Gen.ArrayOf(Gen.Choose(0, 255).Select(static n => (byte)n));
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Gen.OneOf(mangled, tokens, noise).ToArbitrary(), static bytes =>
        {
            OpenAIReply.Scan(bytes, out var reply);
            OpenAIEvent.Scan(bytes, out var one);
            var content = OpenAIEvent.ContentBytes(bytes);
            var read = OpenAIUsage.TryRead(bytes, InferenceEndpoint.ChatCompletions, out var usage);
            return content >= 0 && content <= bytes.Length * 4 && Inside(reply.Usage, bytes) && Inside(reply.Model, bytes) && Inside(one.Usage, bytes) && (read || usage == default);
        }));
    }

    [Fact]
    public void A_usage_that_is_read_has_no_negative_class_and_adds_up()
    {
        var count = Gen.Frequency((1, Gen.Constant<long?>(null)), (4, Gen.Choose(-2, 40).Select(static n => (long?)n)));
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(Gen.ArrayOf(count, 10).ToArbitrary(), static n =>
        {
            static string Text(long? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";
            var json = $$$"""
                {"prompt_tokens":{{{Text(n[0])}}},"completion_tokens":{{{Text(n[1])}}},"total_tokens":{{{Text(n[2])}}},"prompt_tokens_details":{"cached_tokens":{{{Text(n[3])}}},
                "cache_write_tokens":{{{Text(n[4])}}},"audio_tokens":{{{Text(n[5])}}},"cache_creation_token_details":{"ephemeral_1h_input_tokens":{{{Text(n[6])}}}}},
                "completion_tokens_details":{"reasoning_tokens":{{{Text(n[7])}}},"audio_tokens":{{{Text(n[8])}}},"image_tokens":{{{Text(n[9])}}}}}
                """;
            if (!OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), InferenceEndpoint.ChatCompletions, out var u))
                return true;
            long[] classes = [u.Input, u.CacheRead, u.CacheWrite, u.CacheWriteHour, u.InputAudio, u.InputImage, u.Output, u.Reasoning, u.OutputAudio, u.OutputImage];
            return classes.All(static c => c >= 0) && u.Reasoning + u.OutputAudio + u.OutputImage <= u.Output
                && u.Total >= n[0] + n[1] && (n[2] is null || n[2] < n[0] + n[1] || u.Total == n[2]);
        }));
    }

    private static bool Inside(ByteRange range, byte[] bytes) => range.Offset >= 0 && range.Length >= 0 && range.Offset + range.Length <= bytes.Length;
}
