using System.Text;
using Gateway.Providers.OpenAICompatible.Repair;

namespace Gateway.Providers.Tests.OpenAICompatible;

/// <summary>Events of a stream as providers send them, and as the client gets them. Null: untouched.</summary>
public sealed class EventRepairTests
{
    private const string Head = "\"id\":\"a1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\"";

    [Theory]
    [InlineData("""{"index":0,"delta":{"content":"hi"},"finish_reason":null}""")]
    [InlineData("""{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"delta":{"content":null,"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}""")]
    [InlineData("""{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]},"finish_reason":null}""")]
    [InlineData("""{"index":0, "delta":{"content":"[\"eos\", \"finish_reason\":\"eos\"]"},"finish_reason":"length","native_finish_reason":"x"}""")]
    public void What_is_OpenAIs_stays_as_it_is(string choice) => Repaired(Event(choice)).Should().BeNull();

    [Theory]
    [InlineData("""{"choices":[],"object":"chat.completion.chunk","usage":{"prompt_tokens":1}}""")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"error":{"message":"no"},"choices":[{}]}""")]
    [InlineData("""{"object":"error","choices":[{}]}""")]
    [InlineData("""{"choices":[{"delta":{}}""")]
    [InlineData("""{"choices":[{}]} {}""")]
    [InlineData("[1]")]
    [InlineData("")]
    public void What_is_no_part_of_an_answer_or_cannot_be_read_stays_as_it_is(string data) => Repaired(data).Should().BeNull();

    [Theory]
    [InlineData("""{"index":0,"delta":{"content":"a"}}""", """{"index":0,"delta":{"content":"a"},"finish_reason":null}""")]
    [InlineData("""{"delta":{"role":"assistant"}, "finish_reason":null }""", """{"delta":{"role":"assistant"}, "finish_reason":null ,"index":0}""")]
    [InlineData("{}", """{"index":0,"delta":{},"finish_reason":null}""")]
    [InlineData("""{"index":null,"delta":null,"finish_reason":""}""", """{"index":0,"delta":{},"finish_reason":null}""")]
    [InlineData("""{"index":0,"delta":{},"finish_reason":"eos"}""", """{"index":0,"delta":{},"finish_reason":"stop","native_finish_reason":"eos"}""")]
    [InlineData("""{"index":0,"delta":{},"finish_reason":"MAX_TOKENS"}""", """{"index":0,"delta":{},"finish_reason":"length","native_finish_reason":"MAX_TOKENS"}""")]
    [InlineData("""{"index":0,"native_finish_reason":"x","delta":{},"finish_reason":"tool_use"}""", """{"index":0,"native_finish_reason":"x","delta":{},"finish_reason":"tool_calls"}""")]
    [InlineData("""{"index":0,"delta":{},"finish_reason":"sensitive"}""", """{"index":0,"delta":{},"finish_reason":"content_filter","native_finish_reason":"sensitive"}""")]
    [InlineData("""{"index":0,"delta":{},"finish_reason":7}""", """{"index":0,"delta":{},"finish_reason":null,"native_finish_reason":7}""")]
    public void A_choice_gets_what_it_lacks_and_a_reason_that_clients_know(string sent, string expected) => Repaired(Event(sent)).Should().Be(Event(expected));

    [Theory]
    [InlineData("""[{"id":"x","function":{"name":"f","arguments":"{}"}},{"id":"y","function":{"name":"g","arguments":"{}"}}]""",
        """[{"id":"x","function":{"name":"f","arguments":"{}"},"type":"function","index":0},{"id":"y","function":{"name":"g","arguments":"{}"},"type":"function","index":1}]""")]
    [InlineData("""[{"index":0,"id":"x","type":null,"function":{"name":"f","arguments":{"a":[1, "b"]}}}]""",
        """[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{\u0022a\u0022:[1, \u0022b\u0022]}"}}]""")]
    public void Tool_calls_get_type_number_and_arguments_as_text(string sent, string expected) => Repaired(Event(Calls(sent))).Should().Be(Event(Calls(expected)));

    [Fact]
    public void Arguments_that_are_no_text_stay_as_they_came()
    {
        byte[] data = [.. Encoding.UTF8.GetBytes("{" + Head + ",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{\"a\":\""), 0xC3, 0x28,
            .. "\"}}}]},\"finish_reason\":null}]}"u8];
        new EventRepair(includeUsage: false).Repair(data).Length.Should().Be(0);
    }

    [Fact]
    public void Calls_without_a_number_are_counted_over_the_whole_stream()
    {
        var repair = new EventRepair(includeUsage: false);
        string[] pieces = ["{\"id\":\"x\",\"type\":\"function\"}", "{\"function\":{\"arguments\":\"1\"}}", "{\"id\":\"x\",\"type\":\"function\"}", "{\"id\":\"y\",\"type\":\"function\"}"];
        var indexes = pieces.Select(p => Encoding.UTF8.GetString(repair.Repair(Encoding.UTF8.GetBytes(Event(Calls($"[{p}]"))))))
            .Select(static e => e[e.IndexOf("\"index\":", 60, StringComparison.Ordinal)..]).ToArray();

        var places = pieces.Select((p, i) => Event(Calls($"[{p[..^1]},\"index\":{(i < 3 ? 0 : 1)}}}]"))).Select(static e => e[e.IndexOf("\"index\":", 60, StringComparison.Ordinal)..]);
        indexes.Should().Equal(places);
    }

    [Theory]
    [InlineData("""[{"type":"thinking","thinking":[{"type":"text","text":"so \"it"},{"type":"text","text":" is\n"}]}]""", """null,"reasoning_content":"so \"it is\n" """)]
    [InlineData("""[{"type":"text","text":"4"},{"type":"text","text":"\u00e9"}]""", "\"4\\u00e9\"")]
    [InlineData("""[{"type":"thinking","thinking":"t","closed":true},{"type":"text","text":"a"}]""", """ "a","reasoning_content":"t" """)]
    [InlineData("[]", "null")]
    [InlineData("""["a","b"]""", "\"ab\"")]
    [InlineData("""[{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}]""", """ "a","content_parts":[{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}] """)]
    [InlineData("""[{"type":"thinking","thinking":[{"type":"text","text":"t"}],"signature":"s"}]""", """null,"reasoning_content":"t","content_parts":[{"type":"thinking","thinking":[{"type":"text","text":"t"}],"signature":"s"}] """)]
    public void Content_in_parts_becomes_text_and_reasoning(string parts, string expected) =>
        Repaired(Event($$"""{"index":0,"delta":{"content":{{parts}}},"finish_reason":null}""")).Should().Be(Event($$"""{"index":0,"delta":{"content":{{expected.Trim(' ')}}},"finish_reason":null}"""));

    [Theory]
    [InlineData("""{"choices":[],"object":"","prompt_filter_results":[]}""", """{"choices":[],"object":"chat.completion.chunk","prompt_filter_results":[]}""")]
    [InlineData("""{"id":"a","choices":[]}""", """{"id":"a","choices":[],"object":"chat.completion.chunk"}""")]
    [InlineData("""{"object":"chat.completion.done","choices":[]}""", """{"object":"chat.completion.chunk","choices":[]}""")]
    [InlineData("""{"usage":{"prompt_tokens":1}}""", """{"usage":{"prompt_tokens":1},"object":"chat.completion.chunk","choices":[]}""")]
    public void An_event_says_what_it_is(string sent, string expected) => Repaired(sent).Should().Be(expected);

    [Theory]
    [InlineData("""{"index":0,"delta":{},"finish_reason":"error"}""", """{"message":"The provider ended this answer with an error."}""")]
    [InlineData("""{"index":0,"delta":{},"finish_reason":"error","error":{"code":502,"message":"gone"}}""", """{"code":502,"message":"gone"}""")]
    public void A_choice_that_ended_in_an_error_makes_the_event_one(string choice, string error) => Repaired(Event(choice)).Should().EndWith($",\"error\":{error}}}");

    [Fact]
    public void Usage_in_Groqs_place_becomes_a_chunk_where_the_client_asked_for_it()
    {
        const string sent = "{" + Head + ""","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":4}}}""";
        var asked = new EventRepair(includeUsage: true);

        asked.Repair(Encoding.UTF8.GetBytes(sent)).Length.Should().Be(0);
        Encoding.UTF8.GetString(asked.UsageChunk.Span).Should().Be(
            """{"id":"a1","created":5,"model":"m","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""");
        Repaired(sent).Should().Be(sent[..^1] + ""","usage":{"prompt_tokens":3,"completion_tokens":4}}""");
    }

    [Fact]
    public void A_look_at_the_bytes_passes_only_what_the_walk_finds_nothing_in()
    {
        Plain(Event("""{"index":0,"delta":{"content":"hi"},"finish_reason":null}""")).Should().BeTrue();
        string[] others =
        [
            Event("""{"index":0,"delta":{"content":"a"}}"""), Event("""{"delta":{},"finish_reason":null}"""), Event("""{"index":0,"finish_reason":null}"""),
            Event("""{"index":0,"delta":{"content":[]},"finish_reason":null}"""), Event(Calls("[{}]")), Event("""{"index":0,"delta":{},"finish_reason":"eos"}"""),
            Event("""{"index":0,"delta":{"content":"a"},"finish_reason":null}""").Replace("chunk", "", StringComparison.Ordinal),
        ];
        others.Should().OnlyContain(static e => !Plain(e) && Repaired(e) != null);
    }

    private static string Event(string choice) => $$"""{{{Head}},"choices":[{{choice}}]}""";

    private static string Calls(string calls) => $$"""{"index":0,"delta":{"tool_calls":{{calls}}},"finish_reason":null}""";

    private static bool Plain(string data) => AnswerRepair.Instance.IsPlain(Encoding.UTF8.GetBytes(data));

    private static string? Repaired(string data) =>
        new EventRepair(includeUsage: false).Repair(Encoding.UTF8.GetBytes(data)) is { IsEmpty: false } repaired ? Encoding.UTF8.GetString(repaired) : null;
}
