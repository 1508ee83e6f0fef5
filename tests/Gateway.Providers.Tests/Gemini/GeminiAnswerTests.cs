using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Replies, streams and errors, what they say and how they fail.</summary>
public sealed class GeminiAnswerTests
{
    private const string Usage = """{"promptTokenCount":10,"cachedContentTokenCount":4,"toolUsePromptTokenCount":3,"candidatesTokenCount":20,"thoughtsTokenCount":5,"totalTokenCount":38}""";

    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    /// <summary>As Google streams where nobody asked for events; over several lines.</summary>
    private static readonly string Array = "[" + string.Join("\n,\r\n",
        """{"candidates":[{"content":{"parts":[{"text":"Hel}\"]"}]}}]}""",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"executableCode\":{\r\n\"code\":\"1\"}},{\"text\":\"lo\"}]},\n\"finishReason\":\"STOP\"}],\"usageMetadata\":" + Usage + "}") + "\n]";

    [Fact]
    public void A_stream_that_is_one_array_says_the_same_however_it_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Array);

        var whole = Gemini.Stream(bytes, [int.MaxValue], out var facts);

        Content(whole).Should().Be("Hel}\"]lo");
        Translation.Events(whole).Should().Contain(static e => e.Contains("\"provider_blocks\"", StringComparison.Ordinal));
        facts.Should().Be(new StreamFacts(true, new TokenUsage { Input = 9, CacheRead = 4, Output = 25, Reasoning = 5 }, Usage, null, 0));
        foreach (var cut in new[] { 1, 2, 3, 7 }) Gemini.Stream(bytes, [cut], out _).Should().Be(whole);
    }

    [Fact]
    public void A_stream_of_several_candidates_ends_when_each_has_ended()
    {
        var first = Event("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""");
        var second = Event("""{"candidates":[{"content":{"parts":[{"text":"b"}]},"index":1,"finishReason":"MAX_TOKENS"}]}""");

        Facts(first, 2).Finished.Should().BeFalse();
        Facts(first + second, 2).Finished.Should().BeTrue();
    }

    [Fact]
    public void A_stream_shows_images_and_counts_what_is_newer()
    {
        var upstream = Event("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"},"thoughtSignature":"c2ln"}]}}]}""") + Event("""{"newer":{}}""")
            + Event("""{"candidates":[{"finishReason":"STOP"}]}""");

        var events = Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes(upstream), [9], out var facts));

        var image = JsonNode.Parse(events.Single(static e => e.Contains("images", StringComparison.Ordinal)))!["choices"]![0]!["delta"]!["images"]!;
        image.ToJsonString().Should().Be("""[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"},"index":0,"extra_content":{"google":{"thought_signature":"c2ln"}}}]""");
        (facts.UnknownEvents, facts.Finished, facts.Usage).Should().Be((1, true, null));
    }

    [Theory]
    [InlineData("", false)]   // cut
    [InlineData("""{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}""", true)]
    [InlineData("{", true)]
    [InlineData("[]", true)]
    [InlineData("""{"candidates":[]} {}""", true)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"\ud800"}}]}}]}""", true)]
    public void A_stream_that_does_not_end_well_is_not_finished(string last, bool isError)
    {
        var upstream = Event("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}""") + (last.Length > 0 ? Event(last) : "");

        Gemini.Stream(Encoding.UTF8.GetBytes(upstream), [5], out var facts);

        facts.Finished.Should().BeFalse();
        (facts.Error is not null).Should().Be(isError);
        if (last.Contains("Overloaded", StringComparison.Ordinal)) facts.Error!.Message.Should().Be("Overloaded");
    }

    [Fact]
    public void A_blocked_prompt_is_a_content_filter()
    {
        const string blocked = """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}}""";

        var choice = JsonNode.Parse(Gemini.Read(Encoding.UTF8.GetBytes(blocked)))!["choices"]![0]!;
        var events = Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes(Event(blocked)), [int.MaxValue], out var facts));

        ((string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be(("content_filter", "PROHIBITED_CONTENT"));
        events.Should().Contain(static e => e.Contains("\"finish_reason\":\"content_filter\",\"native_finish_reason\":\"PROHIBITED_CONTENT\"", StringComparison.Ordinal));
        facts.Finished.Should().BeTrue();
        facts.Usage.Should().Be(new TokenUsage { Input = 4 });
    }

    [Fact]
    public void What_Gemini_says_of_a_blocked_prompt_is_shown_beside_it()
    {
        const string blocked = """{"promptFeedback":{"blockReasonMessage":"Not allowed.","blockReason":"SAFETY"}}""";

        var choice = JsonNode.Parse(Gemini.Read(Encoding.UTF8.GetBytes(blocked)))!["choices"]![0]!;
        var events = Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes(Event(blocked)), [int.MaxValue], out _));

        ((string?)choice["native_finish_reason"], (string?)choice["native_finish_message"]).Should().Be(("SAFETY", "Not allowed."));
        events.Should().Contain(static e => e.Contains("\"native_finish_reason\":\"SAFETY\",\"native_finish_message\":\"Not allowed.\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":""},{"index":1,"finishReason":"STOP"}]}""")]
    public void A_reply_that_does_not_say_why_it_ended_is_not_whole(string body) =>
        Gemini.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error.Should().BeEquivalentTo(new { Kind = ErrorKind.BadUpstream, Message = "Gemini ended an answer without saying why." });

    [Theory]
    [InlineData("STOP", false, "stop")]
    [InlineData("STOP", true, "tool_calls")]
    [InlineData("MAX_TOKENS", true, "length")]
    [InlineData("SAFETY", false, "content_filter")]
    [InlineData("RECITATION", false, "content_filter")]
    [InlineData("SPII", false, "content_filter")]
    [InlineData("MALFORMED_FUNCTION_CALL", false, "content_filter")]
    [InlineData("UNEXPECTED_TOOL_CALL", true, "content_filter")]
    [InlineData("TOO_MANY_TOOL_CALLS", true, "content_filter")]
    [InlineData("MISSING_THOUGHT_SIGNATURE", false, "content_filter")]
    [InlineData("MALFORMED_RESPONSE", false, "content_filter")]
    [InlineData("OTHER", false, "content_filter")]
    [InlineData("LANGUAGE", false, "content_filter")]
    [InlineData("NO_IMAGE", false, "content_filter")]
    [InlineData("IMAGE_OTHER", false, "content_filter")]
    [InlineData("NEWER", false, "stop")]
    [InlineData("NEWER", true, "tool_calls")]
    public void A_reply_says_why_it_ended_in_both_languages(string reason, bool calls, string finish)
    {
        var part = calls ? """{"functionCall":{"name":"f","args":{}}}""" : """{"text":"a"}""";

        var choice = JsonNode.Parse(Gemini.Read(Encoding.UTF8.GetBytes($$"""{"candidates":[{"content":{"parts":[{{part}}]},"finishReason":"{{reason}}"}]}""")))!["choices"]![0]!;

        ((string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be((finish, reason));
    }

    [Fact]
    public void What_Gemini_says_of_the_end_is_shown_beside_it()
    {
        const string answer = """{"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"Malformed function call: f(\"é\""}],"usageMetadata":{"promptTokenCount":1}}""";

        var whole = JsonNode.Parse(Gemini.Read(Encoding.UTF8.GetBytes(answer)))!["choices"]![0]!;
        var last = Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes(Event(answer)), [7], out _)).Select(static e => JsonNode.Parse(e)!["choices"]!.AsArray())
            .Single(static c => c is [{ } choice] && choice["finish_reason"] is not null)[0]!;

        foreach (var choice in new[] { whole, last })
        {
            ((string?)choice["finish_reason"], (string?)choice["native_finish_reason"], (string?)choice["native_finish_message"])
                .Should().Be(("content_filter", "MALFORMED_FUNCTION_CALL", "Malformed function call: f(\"é\""));
        }
    }

    [Fact]
    public void A_reply_shows_how_likely_its_tokens_were()
    {
        var reply = Gemini.Read("""
            {"candidates":[{"content":{"parts":[{"text":"hé"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"hé","logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"hé","logProbability":-0.5}]}]}}]}
            """u8);

        JsonNode.Parse(reply)!["choices"]![0]!["logprobs"]!.ToJsonString().Should().Be(JsonNode.Parse(
            """{"content":[{"token":"hé","logprob":-0.5,"bytes":[104,195,169],"top_logprobs":[{"token":"hé","logprob":-0.5,"bytes":[104,195,169]}]}],"refusal":null}""")!.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"candidates":5}""")]
    [InlineData("""{"error":{"message":"no"}}""")]
    public void A_reply_that_is_none_is_a_bad_upstream(string body) =>
        Gemini.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error!.Kind.Should().Be(ErrorKind.BadUpstream);

    [Theory]
    [InlineData("""{"promptTokenCount":-1,"candidatesTokenCount":2}""")]
    [InlineData("""{"promptTokenCount":1e30,"candidatesTokenCount":2}""")]
    [InlineData("""{"trafficType":"ON_DEMAND"}""")]
    [InlineData("5")]
    public void A_usage_that_cannot_be_is_none(string usage)
    {
        var body = $$"""{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{{usage}}}""";

        var read = Gemini.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>());

        read.Error.Should().BeNull();
        read.Value.Usage.Should().BeNull();
        Facts(Event(body), 1).Should().BeEquivalentTo(new { Finished = true, Usage = (TokenUsage?)null });
    }

    [Theory]
    [InlineData(400, """{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""", ErrorKind.BadUpstream, null, null)]
    [InlineData(400, """{"error":{"code":400,"message":"Not in your country.","status":"FAILED_PRECONDITION"}}""", ErrorKind.BadUpstream, null, null)]
    [InlineData(413, """{"error":{"code":413,"message":"Too large.","status":"FAILED_PRECONDITION"}}""", ErrorKind.UpstreamRejected, null, null)]
    [InlineData(400, """{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}""", ErrorKind.UpstreamRejected, "context_length_exceeded", null)]
    [InlineData(400, """[{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT"}}]""", ErrorKind.UpstreamRejected, null, null)]
    [InlineData(429, """{"error":{"code":429,"message":"Slower.","details":[{"@type":"x"},{"retryDelay":"34.4s"}]}}""", ErrorKind.RateLimited, null, 34.4)]
    [InlineData(429, """{"error":{"code":429,"message":"Slower.","details":[{"retryDelay":"-1s"},{"retryDelay":"99999999s"},5]}}""", ErrorKind.RateLimited, null, 1.0)]
    public void An_error_says_whose_fault_it_is_and_when_to_try_again(int status, string body, ErrorKind kind, string? code, double? wait)
    {
        var read = new GatewayError(UpstreamStatus.Classify(status), "unread") { UpstreamStatus = status, RetryAfter = status == 429 ? TimeSpan.FromSeconds(1) : null };

        var error = Gemini.Translator.ReadError(read, status, Encoding.UTF8.GetBytes(body));

        (error.Kind, error.Code, error.RetryAfter?.TotalSeconds).Should().Be((kind, code, wait));
        error.Message.Should().NotBe("unread");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"error":"text"}""")]
    public void An_error_without_details_stays_what_it_is(string body) => Gemini.Translator.ReadError(Translation.Unread, 500, Encoding.UTF8.GetBytes(body)).Should().BeSameAs(Translation.Unread);

    private static StreamFacts Facts(string upstream, int candidates)
    {
        var stream = Gemini.Translator.OpenStream(Translation.Context with { Memory = candidates });
        stream.Read(Encoding.UTF8.GetBytes(upstream), new ArrayBufferWriter<byte>());
        stream.Facts.Finished.Should().BeFalse("the body has not ended");
        stream.Complete(new ArrayBufferWriter<byte>());
        return stream.Facts;
    }

    private static string Content(string sse) => string.Concat(
        Translation.Events(sse).SelectMany(static e => JsonNode.Parse(e)!["choices"]!.AsArray()).Select(static c => (string?)c!["delta"]!["content"]));

    private static string Event(string json) => $"data: {json}\r\n\r\n";
}
