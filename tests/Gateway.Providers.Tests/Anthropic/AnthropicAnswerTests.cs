using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>Replies and streams, what they say and how they fail.</summary>
public sealed class AnthropicAnswerTests
{
    private const string Start = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","content":[],"usage":{"input_tokens":10,"cache_read_input_tokens":3,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":2},"output_tokens":1}}}


        """;

    private const string End = """
        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":20,"server_tool_use":{"web_search_requests":1}}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    [Fact]
    public void A_stream_keeps_thoughts_signatures_arguments_and_usage()
    {
        var upstream = Start + Event("""{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"a \"b\"\n"}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"ü"}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}""")
            + Event("""{"type":"content_block_stop","index":0}""")
            + Event("""{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"ZW5j"}}""") + Event("""{"type":"content_block_stop","index":1}""")
            + Event("""{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}""")
            + Event("""{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}""")
            + Event("""{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\": \"\\u00e9"}}""")
            + Event("""{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"}"}}""") + Event("""{"type":"content_block_stop","index":2}""")
            + Event("""{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"g","input":{}}}""") + Event("""{"type":"content_block_stop","index":3}""")
            + Event("""{"type":"content_block_start","index":4,"content_block":{"type":"server_tool_use","id":"srv","name":"web_search","input":{}}}""")
            + Event("""{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"query\":1}"}}""") + Event("""{"type":"content_block_stop","index":4}""")
            + Event("""{"type":"ping"}""") + Event("""{"type":"newer"}""") + End;

        var whole = Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [int.MaxValue], out var facts);

        foreach (var cut in new[] { 1, 3, 7 }) Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [cut], out _).Should().Be(whole);
        var deltas = Translation.Events(whole).Select(static e => JsonNode.Parse(e)!["choices"]!.AsArray()).Where(static c => c.Count > 0).Select(static c => c[0]!["delta"]!.AsObject()).ToList();
        string.Concat(deltas.Select(static d => (string?)d["reasoning_content"])).Should().Be("a \"b\"\nü");
        deltas.Where(static d => d["thinking_blocks"] is not null).Select(static d => d["thinking_blocks"]!.ToJsonString()).Should().Equal(
            """[{"type":"thinking","thinking":"a \u0022b\u0022\n\u00FC","signature":"c2ln"}]""", """[{"type":"redacted_thinking","data":"ZW5j"}]""");
        Arguments(deltas, 0).Should().Be("{\"a\": \"\\u00e9\"}");
        Arguments(deltas, 1).Should().Be("{}");
        deltas.Single(static d => d["provider_blocks"] is not null)["provider_blocks"]![0]!["input_json"]!.GetValue<string>().Should().Be("{\"query\":1}");
        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 1, Error = (GatewayError?)null });
        facts.Usage.Should().Be(new TokenUsage { Input = 10, CacheRead = 3, CacheWrite = 3, CacheWriteHour = 2, Output = 20, Calls = 1 });
        Translation.Events(whole).Should().Contain(static e => e.Contains("\"finish_reason\":\"tool_calls\",\"native_finish_reason\":\"tool_use\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Deltas_that_nobody_knows_are_counted_and_nothing_of_them_is_mixed_in()
    {
        var upstream = Start + Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"newer_delta","text":"b","thinking":"c"}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"text":"d"}}""") + Event("""{"type":"content_block_stop","index":0}""")
            + Event("""{"type":"content_block_start","index":1,"content_block":{"type":"newer_block","id":"n"}}""")
            + Event("""{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"e"}}""")
            + Event("""{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"f"}}""")
            + Event("""{"type":"content_block_delta","index":1,"delta":{"type":"newer_delta","content":"g"}}""") + Event("""{"type":"content_block_stop","index":1}""")
            + Event("""{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}""")
            + Event("""{"type":"content_block_delta","index":2,"delta":{"type":"newer_delta","partial_json":"{"}}""") + Event("""{"type":"content_block_stop","index":2}""") + End;

        var whole = Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [5], out var facts);

        var deltas = Translation.Events(whole).Select(static e => JsonNode.Parse(e)!["choices"]!.AsArray()).Where(static c => c.Count > 0).Select(static c => c[0]!["delta"]!.AsObject()).ToList();
        string.Concat(deltas.Select(static d => (string?)d["content"])).Should().Be("ad");
        deltas.Should().NotContain(static d => d["reasoning_content"] != null);
        Arguments(deltas, 0).Should().Be("{}");
        deltas.Single(static d => d["provider_blocks"] is not null)["provider_blocks"]!.ToJsonString().Should().Be("""[{"type":"newer_block","id":"n"}]""");
        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 5, Error = (GatewayError?)null });
    }

    [Fact]
    public void A_second_message_in_the_place_of_the_first_is_an_error_and_no_mixture()
    {
        var upstream = Start + Event("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}""")
            + Event("""{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\": "}}""") + Start
            + Event("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_2","name":"f","input":{}}}""") + End;

        var sent = Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [5], out var facts);

        facts.Finished.Should().BeFalse();
        facts.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
        sent.Should().Contain("toolu_1").And.NotContain("toolu_2").And.NotContain("\"finish_reason\":\"tool_calls\"");
    }

    [Fact]
    public void A_message_that_begins_twice_before_its_first_word_is_one()
    {
        var upstream = Start + Start + Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}""") + End;

        Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [5], out var facts);

        facts.Should().BeEquivalentTo(new { Finished = true, Error = (GatewayError?)null });
    }

    [Theory]
    [InlineData("", false)]   // cut
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", true)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"\ud800"}}""", true)]   // no text
    [InlineData("""{"type":"message_stop"}""", true)]   // without a reason
    [InlineData("{", true)]
    [InlineData("[]", true)]
    public void A_stream_that_does_not_end_well_is_not_finished(string last, bool isError)
    {
        Anthropic.Stream(Encoding.UTF8.GetBytes(Start + (last.Length > 0 ? Event(last) : "")), [5], out var facts);

        facts.Finished.Should().BeFalse();
        (facts.Error is not null).Should().Be(isError);
        if (last.Contains("Overloaded", StringComparison.Ordinal)) facts.Error!.Message.Should().Be("Overloaded");
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("refusal", "content_filter")]
    [InlineData("newer", "stop")]
    public void A_reply_says_why_it_ended_in_both_languages(string stop, string finish)
    {
        var reply = JsonNode.Parse(Anthropic.Read(Encoding.UTF8.GetBytes($$"""{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"stop_reason":"{{stop}}","usage":{"input_tokens":1,"output_tokens":2} }""")))!;

        var choice = reply["choices"]![0]!;
        ((string?)choice["message"]!["content"], (string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be(("ab", finish, stop));
    }

    [Fact]
    public void A_reply_shows_citations_and_foreign_blocks()
    {
        var message = JsonNode.Parse(Anthropic.Read("""
            {"content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"See "},
             {"type":"text","text":"this","citations":[{"type":"web_search_result_location","url":"https://a.example/","title":"A","encrypted_index":"e"},{"type":"char_location","cited_text":"c","document_index":0}]}],
             "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}
            """u8))!["choices"]![0]!["message"]!;

        message["annotations"]!.ToJsonString().Should().Be("""[{"type":"url_citation","url_citation":{"start_index":4,"end_index":8,"url":"https://a.example/","title":"A","encrypted_index":"e"}}]""");
        message["citations"]![0]!["cited_text"]!.GetValue<string>().Should().Be("c");
        message["provider_blocks"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("server_tool_use", "web_search_tool_result");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"content":5}""")]
    public void A_reply_that_is_none_is_a_bad_upstream(string body) =>
        Anthropic.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error!.Kind.Should().Be(ErrorKind.BadUpstream);

    [Theory]
    [InlineData("""{"input_tokens":-1,"output_tokens":2}""")]
    [InlineData("""{"input_tokens":1e30,"output_tokens":2}""")]
    [InlineData("5")]
    public void A_usage_that_cannot_be_is_none(string usage)
    {
        var output = new ArrayBufferWriter<byte>();

        var read = Anthropic.Translator.ReadReply(Encoding.UTF8.GetBytes($$"""{"content":[],"stop_reason":"end_turn","usage":{{usage}}}"""), Translation.Context, output);

        read.Error.Should().BeNull();
        read.Value.Usage.Should().BeNull();
    }

    private static string Arguments(IEnumerable<JsonObject> deltas, int index) => string.Concat(
        deltas.SelectMany(static d => d["tool_calls"]?.AsArray() ?? []).Where(c => (int)c!["index"]! == index).Select(static c => (string?)c!["function"]!["arguments"]));

    private static string Event(string json) => $"event: x\ndata: {json}\n\n";
}
