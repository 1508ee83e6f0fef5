using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>A reason to finish is not the end of Gemini's stream: some of its models give one with every event, or say more behind it.</summary>
public sealed class GeminiStreamEndTests
{
    private const string Stop = ",\"finishReason\":\"STOP\"";

    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    [Fact]
    public void A_reason_with_every_event_loses_none_of_the_words()
    {
        var said = Read(Text("a", Stop) + Text("b", Stop) + Text("c", ",\"finishReason\":\"MAX_TOKENS\",\"finishMessage\":\"full\""), out var facts, out var events);

        (said.Content, said.FinishReason, facts.Finished).Should().Be(("abc", "length", true));
        events.Where(static e => e.Contains("\"finish_reason\":\"", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("\"native_finish_message\":\"full\"");
    }

    [Fact]
    public void A_call_behind_the_reason_is_a_call_and_the_reason()
    {
        var said = Read(Text("a", Stop) + Event("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"x":1}}}]}}]}"""), out _, out _);

        (said.Content, said.FinishReason).Should().Be(("a", "tool_calls"));
        said.CallNames.Should().Equal("f");
        said.CallArguments.Should().Equal("""{"x":1}""");
    }

    [Fact]
    public void Usage_and_sources_behind_the_reason_are_told_once()
    {
        var said = Read(
            Text("a", Stop) + Event("""{"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}""") + Event("""{"candidates":[{"groundingMetadata":{"webSearchQueries":["q"]}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"""),
            out var facts, out var events);

        (said.Content, said.FinishReason).Should().Be(("a", "stop"));
        facts.Should().Be(new StreamFacts(true, new TokenUsage { Input = 3, Output = 2 }, """{"promptTokenCount":3,"candidatesTokenCount":2}""", null, 0));
        events.Count(static e => e.Contains("grounding_metadata", StringComparison.Ordinal)).Should().Be(1);
        events.Where(static e => e.Contains("\"prompt_tokens\":3", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().BeSameAs(events[^1]);
    }

    [Theory]
    [InlineData("data: {\"candidates\":[{\"content\":{\"parts\":[{\"te", false)]   // cut inside an event
    [InlineData("data: {\"candidates\":[]}\n", false)]
    [InlineData("data: {\"error\":{\"message\":\"late\"}}\n\n", false)]
    [InlineData("data: [DONE]\n\n", true)]   // of gateways in between
    [InlineData("", true)]
    public void It_is_whole_where_a_reason_came_and_the_body_ended_in_order(string rest, bool isWhole)
    {
        Read(Text("a", Stop) + rest, out var facts, out var events);

        facts.Finished.Should().Be(isWhole);
        events.Any(static e => e.Contains("\"finish_reason\":\"", StringComparison.Ordinal)).Should().Be(isWhole);
    }

    [Fact]
    public void Nothing_is_whole_before_the_body_has_ended()
    {
        var stream = Gemini.Translator.OpenStream(Translation.Context);
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        stream.Read(Encoding.UTF8.GetBytes(Text("a", Stop)), output);

        (stream.Facts.Finished, stream.Facts.CanEnd).Should().Be((false, false));
        Encoding.UTF8.GetString(output.WrittenSpan).Should().NotContain("\"finish_reason\":\"");
    }

    private static ChoiceSum Read(string upstream, out StreamFacts facts, out List<string> events)
    {
        var bytes = Encoding.UTF8.GetBytes(upstream);
        var whole = Gemini.Stream(bytes, [int.MaxValue], out facts);
        Gemini.Stream(bytes, [7], out _).Should().Be(whole);
        events = Translation.Events(whole);
        return StreamSum.Of([.. events.Select(Translation.Json)]).Choices.Single();
    }

    private static string Text(string text, string rest) => Event($$"""{"candidates":[{"content":{"parts":[{"text":{{JsonSerializer.Serialize(text)}}}]}{{rest}}}]}""");

    private static string Event(string json) => $"data: {json}\n\n";
}
