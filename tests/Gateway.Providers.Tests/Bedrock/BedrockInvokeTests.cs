using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>InvokeModel: Anthropic's format in AWS's framing.</summary>
public sealed class BedrockInvokeTests
{
    private const string Start = """{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1}}}""";

    private const string Text = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hé/?>"}}""";

    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}""";

    private const string Stop = """{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":5}}""";

    private static readonly Translation Invoke = new("bedrock", InferenceEndpoint.ChatCompletions, "invoke");

    [Theory]
    [InlineData(false, "model/demo/invoke")]
    [InlineData(true, "model/demo/invoke-with-response-stream")]
    public void The_body_is_Anthropics_with_its_version_and_without_model_and_stream(bool stream, string path)
    {
        var ask = Invoke.Ask($$"""{"model":"fast","stream":{{(stream ? "true" : "false")}},"anthropic_version":"x","anthropic_beta":["b"],"top_k":3,"messages":[{"role":"user","content":"hi"}]}""");

        (ask.Path, ask.Stream).Should().Be((path, stream));
        Encoding.UTF8.GetString(ask.Body.Span).Should().Be(
            """{"anthropic_version":"bedrock-2023-05-31","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"anthropic_beta":["b"],"top_k":3}""");
    }

    [Theory]
    [InlineData("default", null)]
    [InlineData("priority", "service_tier")]
    public void A_cloud_has_no_tiers(string tier, string? field) =>
        Invoke.Build($$"""{"model":"fast","service_tier":"{{tier}}","messages":[{"role":"user","content":"hi"}]}""").Error?.Param.Should().Be(field);

    [Fact]
    public void A_stream_is_what_its_messages_hold()
    {
        byte[] upstream = [.. Chunk(Start), .. Chunk(Text, escaped: true), .. EventStreamFrames.Event("newer", "{}"), .. Chunk(End), .. Chunk(Stop)];

        var whole = Invoke.Stream(upstream, [int.MaxValue], out var facts);

        foreach (var cut in new[] { 1, 3, 7 }) Invoke.Stream(upstream, [cut], out _).Should().Be(whole);
        string.Concat(Translation.Events(whole).Select(static e => (string?)JsonNode.Parse(e)!["choices"]!.AsArray().FirstOrDefault()?["delta"]!["content"])).Should().Be("Hé/?>");
        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 1, Error = (GatewayError?)null });
        facts.Usage.Should().Be(new TokenUsage { Input = 5, Output = 3 });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"bytes":5}""")]
    [InlineData("""{"bytes":"!"}""")]
    [InlineData("""{"bytes":"\ud800"}""")]
    [InlineData("""{"bytes":""}""")]
    [InlineData("""{"bytes":"e30"}""")]   // no padding
    public void A_message_that_holds_no_event_breaks_the_stream(string payload)
    {
        Invoke.Stream([.. Chunk(Start), .. EventStreamFrames.Event("chunk", payload), .. Chunk(End), .. Chunk(Stop)], [20], out var facts);

        facts.Should().BeEquivalentTo(new { Finished = false, Error = new { Kind = ErrorKind.BadUpstream } });
    }

    [Fact]
    public void An_exception_ends_the_stream()
    {
        Invoke.Stream([.. Chunk(Start), .. EventStreamFrames.Exception("throttlingException", """{"message":"Slow down"}"""), .. Chunk(Stop)], [20], out var facts);

        facts.Should().BeEquivalentTo(new { Finished = false, Error = new { Kind = ErrorKind.RateLimited, Message = "Slow down" } });
    }

    [Fact]
    public void Bytes_that_are_wrong_anywhere_do_no_more_than_fail_the_stream()
    {
        byte[] upstream = [.. Chunk(Start), .. Chunk(Text), .. Chunk(End), .. Chunk(Stop)];
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = upstream.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            Invoke.Stream(bytes, [1 + random.Next(60)], out var facts);
            facts.Finished.Should().BeFalse();
        }
    }

    [Fact]
    public void Events_that_are_anything_in_good_framing_are_read_to_some_end()
    {
        var random = new Random(4);
        for (var i = 0; i < 1000; i++)
        {
            byte[] upstream = [.. Chunk(RandomJson.Mutate(Start, random)), .. Chunk(RandomJson.Mutate(Text, random)), .. Chunk(RandomJson.Mutate(End, random)), .. Chunk(Stop)];
            Translation.Events(Invoke.Stream(upstream, [1 + random.Next(60)], out _)).Should().NotContain(static e => !e.StartsWith('{'));
        }
    }

    private static byte[] Chunk(string data, bool escaped = false)
    {
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(data));
        return EventStreamFrames.Event("chunk", $$"""{"p":"abc","bytes":"{{(escaped ? base64.Replace("/", "\\/", StringComparison.Ordinal).Replace("e", "\\u0065", StringComparison.Ordinal) : base64)}}"}""");
    }
}
