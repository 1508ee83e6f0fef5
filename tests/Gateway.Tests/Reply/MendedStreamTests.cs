using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

/// <summary>Streams that are nearly OpenAI's, through the identity lane: only what deviates is rewritten, wherever the bytes are cut.</summary>
public sealed class MendedStreamTests
{
    private const string Head = "data: {\"id\":\"a1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\",\"choices\":[";
    private const string End = "data: [DONE]\n\n";

    private static readonly string Word = Event("""{"index":0,"delta":{"content":"¡[\"content\":[ 🙂"},"finish_reason":null}""");
    private static readonly string Stop = Event("""{"index":0,"delta":{},"finish_reason":"stop"}""");

    public static TheoryData<string, string, string> Streams => new()
    {
        { "nothing to repair", Word + Word + Stop + End, Word + Word + Stop + End },
        {
            "an opening event without its kind",
            "data: {\"choices\":[],\"object\":\"\",\"prompt_filter_results\":[]}\n\n" + Word + Stop + End,
            "data: {\"choices\":[],\"object\":\"chat.completion.chunk\",\"prompt_filter_results\":[]}\n\n" + Word + Stop + End
        },
        {
            "every event without a reason to finish",
            string.Concat(Enumerable.Range(0, 40).Select(static i => Event($$$"""{"index":0,"delta":{"content":"w{{{i}}}"}}"""))) + Stop + End,
            string.Concat(Enumerable.Range(0, 40).Select(static i => Event($$$"""{"index":0,"delta":{"content":"w{{{i}}}"},"finish_reason":null}"""))) + Stop + End
        },
        {
            "reasoning in parts, then words",
            Event("""{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]},"finish_reason":null}""") + Word + Stop + End,
            Event("""{"index":0,"delta":{"content":null,"reasoning_content":"hm"},"finish_reason":null}""") + Word + Stop + End
        },
        {
            "tool calls in two events without numbers",
            Event("""{"index":0,"delta":{"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}""")
            + Event("""{"index":0,"delta":{"tool_calls":[{"id":"y","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}""") + End,
            Event("""{"index":0,"delta":{"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{}"},"type":"function","index":0}]},"finish_reason":null}""")
            + Event("""{"index":0,"delta":{"tool_calls":[{"id":"y","function":{"name":"g","arguments":"{}"},"type":"function","index":1}]},"finish_reason":"tool_calls"}""") + End
        },
        { "no marker after the reason to finish", Word + Stop, Word + Stop + End },
        { "a marker without its empty line", Word + Stop + "data: [DONE]\n", Word + Stop + End },
        { "a reason of its own", Word + Event("""{"index":0,"delta":{},"finish_reason":"eos"}""") + End, Word + Event("""{"index":0,"delta":{},"finish_reason":"stop","native_finish_reason":"eos"}""") + End },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task What_deviates_is_repaired_and_the_rest_passes_byte_for_byte(string what, string sent, string expected)
    {
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(sent)))
        {
            var (events, lane) = await LaneRig.RelayAsync("openai-compatible", pieces, includeUsage: false);
            events.Should().Be(expected, $"{what}, in {pieces.Length} pieces");
            lane.Facts.Error.Should().BeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task OpenAIs_own_streams_are_not_looked_into(string what, string sent, string _)
    {
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(sent)))
            (await LaneRig.RelayAsync("openai", pieces, includeUsage: false)).Events.Should().Be(sent.EndsWith("]\n", StringComparison.Ordinal) ? sent + "\n" : sent, what);
    }

    [Fact]
    public async Task A_stream_without_the_marker_gets_one_after_its_reason_to_finish_only()
    {
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(Word + Stop)))
            (await LaneRig.RelayAsync("perplexity", pieces, includeUsage: false)).Events.Should().Be(Word + Stop + End);
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(Word + Word)))
            (await LaneRig.RelayAsync("perplexity", pieces, includeUsage: false)).Events.Should().Be(Word + Word);
    }

    [Fact]
    public async Task Usage_beside_the_reason_to_finish_waits_for_the_cost()
    {
        var last = Event("""{"index":0,"delta":{},"finish_reason":"stop"}""").Replace("]}\n", "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n", StringComparison.Ordinal);
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(Word + last + End)))
        {
            (await LaneRig.RelayAsync("mistral", pieces, includeUsage: true)).Events.Should().Be(Word + last.Replace("4}", "4,\"cost_usd\":0.0000123}", StringComparison.Ordinal) + End);
            (await LaneRig.RelayAsync("mistral", pieces, includeUsage: false)).Events.Should().Be(Word + last + End);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: {\"id\":\"a1\",\"choices\":[],\"object\":\"chat.completion.chunk\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n")]
    public async Task Usage_in_Groqs_place_is_told_once_and_in_a_chunk_of_its_own(string chunk)
    {
        var last = Event("""{"index":0,"delta":{},"finish_reason":"stop"}""").Replace("]}\n", "],\"x_groq\":{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}}\n", StringComparison.Ordinal);
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(Word + last + chunk + End)))
        {
            var (events, lane) = await LaneRig.RelayAsync("groq", pieces, includeUsage: true);
            events.Should().StartWith(Word + last).And.EndWith("\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"cost_usd\":0.0000123}}\n\n" + End);
            LaneRig.Chunks(events).Should().HaveCount(3);
            LaneRig.Chunks(events)[^1].GetProperty("choices").GetArrayLength().Should().Be(0);
            lane.Facts.Usage!.Value.Output.Should().Be(4);
        }
    }

    [Fact]
    public async Task A_choice_that_ended_in_an_error_ends_the_stream()
    {
        var failed = Event("""{"index":0,"delta":{},"finish_reason":"error","error":{"code":502,"message":"gone"}}""");
        foreach (var pieces in LaneRig.Cuts(Encoding.UTF8.GetBytes(Word + failed + End)))
        {
            var (events, lane) = await LaneRig.RelayAsync("openrouter", pieces, includeUsage: false);
            events.Should().Be(Word);
            lane.Facts.Error!.Message.Should().Be("gone");
        }
    }

    private static string Event(string choice) => $"{Head}{choice}]}}\n\n";
}
