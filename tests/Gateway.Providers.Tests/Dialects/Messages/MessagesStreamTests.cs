using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>Chat streams of many kinds of servers, which are one dialect here.</summary>
public sealed class MessagesStreamTests
{
    [Fact]
    public void Calls_in_turns_become_blocks_one_after_the_other()
    {
        var message = Sum(
            """{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}""",
            """{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\":"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\": \"}\\\""}}]}""",
            """{"tool_calls":[{"index":1,"function":{"arguments":"2}"}},{"index":0,"function":{"arguments":"\"}"}}]}""");

        Calls(message).Should().Equal("""a f {"x":"}\u0022"}""", """b g {"y":2}""");
    }

    [Fact]
    public void A_call_streams_as_soon_as_the_one_before_it_is_whole()
    {
        var stream = MessagesTalk.Dialect.OpenStream(Translation.Context);
        Read(stream, """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":\"\\u007b\"}"}}]}""");
        Read(stream, """{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]}""").Should().Contain("\"id\":\"b\"");
        Read(stream, """{"tool_calls":[{"index":1,"function":{"arguments":"{\"y\":"}}]}""").Should().Contain("{\\\"y\\\":");
        Read(stream, """{"tool_calls":[{"index":2,"id":"c","function":{"name":"h","arguments":""}}]}""").Should().BeEmpty("b is not whole");
        Read(stream, """{"tool_calls":[{"index":1,"function":{"arguments":"1}"}}]}""").Should().Contain("\"id\":\"c\"");
    }

    [Theory]
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}""")]   // at once
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]}""", """{"tool_calls":[{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]}""")]   // one number for all
    [InlineData("""{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}""", """{"tool_calls":[{"function":{"arguments":":1}"}}]}""", """{"tool_calls":[{"id":"b","function":{"name":"g"}}]}""")]   // no numbers
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}""", """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}},{"index":3,"id":"b","function":{"name":"g","arguments":""}}]}""")]   // id and name in every piece
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{\"x\":1}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}""", """{"tool_calls":[{"index":0,"function":{"name":"f"}}]}""")]   // the name last
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}},{"index":1,"id":"b","function":{"name":"g","arguments":null}}]}""")]   // an object
    public void Calls_are_told_apart_however_they_come(params string[] deltas) => Calls(Sum(deltas)).Should().Equal("""a f {"x":1}""", "b g {}");

    [Fact]
    public void A_call_without_an_id_or_a_name_is_a_block_all_the_same() =>
        Calls(Sum("""{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}},{"index":1,"id":"b","function":{"arguments":"{}"}}]}""")).Should().Equal("toolu_req_01TEST_0 f {}", "b  {}");

    [Theory]
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","extra_content":{"s":1},"function":{"name":"f","arguments":"{"}}]}""", "redacted_thinking", "tool_use")]
    [InlineData("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}},{"index":0,"extra_content":{"s":1}},{"index":0,"extra_content":{"s":2}}]}""", "tool_use", "redacted_thinking")]   // after its beginning, and twice
    public void What_belongs_to_a_call_is_kept_whenever_it_comes(string delta, params string[] types)
    {
        var message = Sum(delta, """{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}""");

        message["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal(types);
        Gateway.Providers.Dialects.OpaqueMemory.TryDecode((string?)message["content"]!.AsArray().Single(static b => b!["data"] is not null)!["data"], out var memory).Should().BeTrue();
        memory.GetRawText().Should().Be("""{"v":1,"model":"demo","call":"a","extra_content":{"s":1}}""");
    }

    [Fact]
    public void Arguments_that_are_no_JSON_go_to_the_client_as_they_are() =>
        Calls(Sum("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\": tru"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}""", """{"content":"after"}"""))
            .Should().Equal("""a f {"INVALID_JSON":"{\u0022x\u0022: tru"}""", "b g {}");

    [Fact]
    public void Words_after_a_call_that_is_not_over_wait_for_its_end()
    {
        var message = Sum("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}""", """{"content":"so"}""", """{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}""", """{"content":" be it"}""");

        message["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("tool_use", "text");
        ((string?)message["content"]![1]!["text"]).Should().Be("so be it");
    }

    [Fact]
    public void Thoughts_and_words_in_turns_are_blocks_in_that_order()
    {
        var message = Sum("""{"reasoning_content":"a"}""", """{"reasoning":"b"}""", """{"content":""}""", """{"content":"c"}""", """{"reasoning_content":"d","reasoning":"d"}""", """{"content":"e"}""");

        Blocks(message).Should().Equal("""{"type":"thinking","thinking":"ab","signature":""}""", """{"type":"text","text":"c"}""", """{"type":"thinking","thinking":"d","signature":""}""", """{"type":"text","text":"e"}""");
    }

    [Fact]
    public void Signed_thoughts_keep_their_signatures_whether_their_words_came_before_with_or_never()
    {
        var message = Sum(
            """{"reasoning_content":"a"}""", """{"thinking_blocks":[{"type":"thinking","thinking":"a","signature":"s1"}]}""",   // as our translators do
            """{"thinking_blocks":[{"type":"thinking","thinking":"b","signature":"s2"},{"type":"redacted_thinking","data":"r"}]}""",
            """{"thinking_blocks":[{"type":"thinking","thinking":"","signature":"s3"}]}""",
            """{"reasoning_content":"c","thinking_blocks":[{"type":"thinking","thinking":"c","signature":null}]}""", """{"reasoning_content":"","thinking_blocks":[{"type":"thinking","thinking":"","signature":"s4"}]}""",   // as LiteLLM does
            """{"thinking_blocks":[{"type":"thinking","thinking":"d","signature":""}]}""", """{"thinking_blocks":[{"type":"thinking","thinking":"e"}]}""");

        Blocks(message).Should().Equal(
            """{"type":"thinking","thinking":"a","signature":"s1"}""", """{"type":"thinking","thinking":"b","signature":"s2"}""", """{"type":"redacted_thinking","data":"r"}""",
            """{"type":"thinking","thinking":"","signature":"s3"}""", """{"type":"thinking","thinking":"c","signature":"s4"}""", """{"type":"thinking","thinking":"de","signature":""}""");
    }

    [Fact]
    public void Blocks_of_Anthropics_own_tools_are_shown_with_their_input()
    {
        var message = Sum("""{"provider_blocks":[{"type":"server_tool_use","id":"s","name":"web_search","input":{},"input_json":"{\"query\":\"q\"}"}]}""", """{"provider_blocks":[{"type":"web_search_tool_result","tool_use_id":"s","content":[]}]}""", """{"content":"c"}""");

        Blocks(message).Should().Equal(
            """{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}""", """{"type":"web_search_tool_result","tool_use_id":"s","content":[]}""", """{"type":"text","text":"c"}""");
    }

    [Fact]
    public void Sources_follow_their_words()
    {
        var message = Sum(
            """{"content":"c"}""", """{"citations":[{"type":"char_location","cited_text":"x"},"https://plain.example/"]}""",
            """{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example/","title":"A","start_index":0,"end_index":1}}]}""", """{"content":"d"}""");

        Blocks(message).Should().Equal("""{"type":"text","text":"cd","citations":[{"type":"char_location","cited_text":"x"},{"type":"web_search_result_location","cited_text":"","encrypted_index":"","title":null,"url":"https://plain.example/"},{"type":"web_search_result_location","cited_text":"","encrypted_index":"","title":"A","url":"https://a.example/"}]}""");
    }

    [Theory]
    [InlineData("stop", null, false, "end_turn")]
    [InlineData("stop", null, true, "tool_use")]   // clients run calls for no other reason
    [InlineData("tool_calls", null, true, "tool_use")]
    [InlineData("function_call", null, true, "tool_use")]
    [InlineData("length", null, true, "max_tokens")]
    [InlineData("content_filter", "SAFETY", false, "refusal")]
    [InlineData("stop", "stop_sequence", false, "stop_sequence")]
    [InlineData("stop", "pause_turn", false, "pause_turn")]
    [InlineData("length", "model_context_window_exceeded", false, "model_context_window_exceeded")]
    [InlineData("stop", "STOP", false, "end_turn")]
    [InlineData("newer", null, false, "end_turn")]
    public void The_reason_to_stop_is_Anthropics(string finish, string? native, bool calls, string reason)
    {
        var call = """{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
        var end = MessagesTalk.Chunk("{}", finish).Replace("\"finish_reason\"", native is null ? "\"finish_reason\"" : $"\"native_finish_reason\":\"{native}\",\"finish_reason\"", StringComparison.Ordinal);

        var message = MessageSum.Of(MessagesTalk.Stream([MessagesTalk.Chunk(calls ? call : """{"content":"a"}"""), end]));
        var said = calls ? call.Replace("\"index\":0,", "", StringComparison.Ordinal) : """{"content":"a"}""";
        var reply = JsonNode.Parse(MessagesTalk.Reply($$"""{"choices":[{"message":{{said}},"finish_reason":"{{finish}}"{{(native is null ? "" : $",\"native_finish_reason\":\"{native}\"")}}}]}"""))!;

        ((string?)message["stop_reason"], (string?)reply["stop_reason"]).Should().Be((reason, reason));
    }

    [Fact]
    public void A_refusal_is_text_and_the_reason()
    {
        var message = Sum("""{"refusal":"I "}""", """{"refusal":"won't"}""");

        Blocks(message).Should().Equal("""{"type":"text","text":"I won\u0027t"}""");
        ((string?)message["stop_reason"]).Should().Be("refusal");
    }

    [Fact]
    public void Usage_is_split_the_way_Anthropic_splits_it()
    {
        const string usage = """{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10}}""";
        var message = MessageSum.Of(MessagesTalk.Stream([MessagesTalk.Chunk("""{"content":"a"}""", "stop"), $$"""{"choices":[],"usage":{{usage}}}"""]));
        var reply = JsonNode.Parse(MessagesTalk.Reply($$"""{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{{usage}}}"""))!;

        const string expected = """{"input_tokens":30,"cache_creation_input_tokens":10,"cache_read_input_tokens":60,"output_tokens":7}""";
        (message["usage"]!.ToJsonString(), reply["usage"]!.ToJsonString()).Should().Be((expected, expected));
    }

    [Fact]
    public void The_cost_stands_in_a_streams_usage_where_chat_has_it()
    {
        const string chunk = """{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":7,"total_tokens":8,"cost_usd":0.000012345}}""";

        MessageSum.Of(MessagesTalk.Stream([MessagesTalk.Chunk("""{"content":"a"}""", "stop"), chunk]))["usage"]!["cost_usd"]!.ToJsonString().Should().Be("0.000012345");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[null]}""")]
    [InlineData("""{"choices":[{"delta":null}],"usage":null}""")]
    [InlineData("""{"choices":[{"delta":{"content":5,"tool_calls":{},"thinking_blocks":[5,null],"provider_blocks":["a"],"citations":[[]],"extra_content":[]},"finish_reason":5}],"usage":[]}""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[5,null,{"index":"a","function":5}]}}]}""")]
    public void What_says_nothing_changes_nothing(string chunk)
    {
        var message = MessageSum.Of(MessagesTalk.Stream([MessagesTalk.Chunk("""{"content":"a"}"""), chunk, MessagesTalk.Chunk("""{"content":"b"}""", "stop")]));

        string.Concat(message["content"]!.AsArray().Select(static b => (string?)b!["text"])).Should().Be("ab");
    }

    [Fact]
    public void An_answer_of_nothing_is_an_empty_message() => MessageSum.Of(MessagesTalk.Stream([]))["content"]!.AsArray().Should().BeEmpty();

    [Fact]
    public void Words_cost_no_memory()
    {
        var stream = MessagesTalk.Dialect.OpenStream(Translation.Context);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        byte[][] chunks = [.. new[] { """{"content":"some words"}""", """{"reasoning_content":"a \"thought\""}""" }.Select(static d => Encoding.UTF8.GetBytes(MessagesTalk.Chunk(d)))];
        foreach (var chunk in chunks)
        {
            for (var i = 0; i < 50; i++) stream.Read(chunk, output);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 500; i++) stream.Read(chunk, output);
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        }
    }

    private static JsonObject Sum(params string[] deltas) =>
        MessageSum.Of(MessagesTalk.Stream(deltas.Select(static d => MessagesTalk.Chunk(d)).Append(MessagesTalk.Chunk("{}", "stop"))));

    private static IEnumerable<string> Blocks(JsonObject message) => message["content"]!.AsArray().Select(static b => b!.ToJsonString());

    private static IEnumerable<string> Calls(JsonObject message) =>
        message["content"]!.AsArray().Where(static b => (string?)b!["type"] == "tool_use").Select(static b => $"{b!["id"]} {b["name"]} {b["input"]!.ToJsonString()}");

    private static string Read(Gateway.Core.Dialects.IDialectWriter stream, string delta)
    {
        var output = new ArrayBufferWriter<byte>();
        stream.Read(Encoding.UTF8.GetBytes(MessagesTalk.Chunk(delta)), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
