using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Answers as they come from all sorts of servers.</summary>
public sealed class ResponsesStreamTests
{
    [Fact]
    public void Calls_that_are_all_numbered_0_are_several() => Calls(
        """{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]}""",
        """{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}}]}""").Should().Equal("a f {\"x\":1}", "b f {\"x\":2}");

    [Fact]
    public void Calls_without_numbers_or_with_an_object_for_arguments_are_read() => Calls(
        """{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":"\"1\""}}},{"id":"b","function":{"name":"g"}}]}""").Should().Equal("a f {\"x\":\"\\\"1\\\"\"}", "b g {}");

    [Fact]
    public void A_call_without_an_id_gets_one() => Calls("""{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}""").Should().Equal("call_01TEST_0 f {}");

    [Fact]
    public void A_call_is_done_as_soon_as_something_else_begins()
    {
        var events = ResponsesForms.Stream([Chunk("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"""), Chunk("""{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]}""")]);

        ResponsesOracle.Check(events);
        Types(events).Where(static t => t.Contains("output_item", StringComparison.Ordinal)).Should().Equal(
            "response.output_item.added", "response.output_item.done", "response.output_item.added", "response.output_item.done");
    }

    [Fact]
    public void Words_after_a_call_are_a_message_of_their_own()
    {
        var events = ResponsesForms.Stream([Chunk("""{"content":"a"}"""), Chunk("""{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"""), Chunk("""{"content":"b"}"""), Chunk("""{"refusal":"no"}""")]);

        ResponsesOracle.Check(events);
        ResponsesForms.Last(events)["output"]!.AsArray().Select(static i => (string?)i!["type"]).Should().Equal("message", "function_call", "message", "message");
    }

    [Theory]
    [InlineData("\"plain\\ntext\"", "plain\ntext")]
    [InlineData("\"{\\\"other\\\":1}\"", "{\"other\":1}")]
    [InlineData("\"{\\\"input\\\":5}\"", "{\"input\":5}")]
    [InlineData("\"{\\\"input\\\":\\\"\\\"}\"", "")]
    [InlineData("\"{\\\"input\\\":\\\"a\\\\\\\"b\\\"}\"", "a\"b")]
    public void A_custom_tool_gets_the_text_or_whatever_the_model_wrote(string arguments, string input)
    {
        var memory = ResponsesForms.ToChat("""{"input":"x","tools":[{"type":"custom","name":"t"}]}""", ResponsesForms.OpenAI).Value.Memory;

        var events = ResponsesForms.Stream([Chunk($$$"""{"tool_calls":[{"index":0,"id":"c","function":{"name":"t","arguments":{{{arguments}}}}}]}""")], memory);

        ResponsesOracle.Check(events);
        ((string?)ResponsesForms.Last(events)["output"]![0]!["input"]).Should().Be(input);
    }

    [Fact]
    public void Thoughts_that_the_client_wants_to_send_back_always_have_something_to_send()
    {
        var memory = ResponsesForms.ToChat("""{"input":"x","include":["reasoning.encrypted_content"]}""", ResponsesForms.OpenAI).Value.Memory;

        Encrypted(memory).Should().StartWith("gateway.");
        Encrypted(null).Should().BeNull();

        static string? Encrypted(object? memory) => (string?)ResponsesForms.Last(ResponsesForms.Stream([Chunk("""{"reasoning":"hm"}"""), Chunk("""{"content":"a"}""")], memory))["output"]![0]!["encrypted_content"];
    }

    [Theory]
    [InlineData("length", "incomplete", "max_output_tokens")]
    [InlineData("content_filter", "incomplete", "content_filter")]
    [InlineData("tool_calls", "completed", null)]
    [InlineData("newer", "completed", null)]
    public void A_response_says_how_it_ended(string finish, string status, string? reason)
    {
        var events = ResponsesForms.Stream([Chunk("""{"content":"a"}"""), $$"""{"choices":[{"delta":{},"finish_reason":"{{finish}}"}]}"""]);

        ResponsesOracle.Check(events);
        var last = ResponsesForms.Last(events);
        ((string?)last["status"], (string?)last["incomplete_details"]?["reason"], (string?)last["output"]![0]!["status"]).Should().Be((status, reason, status));
        Types(events)[^1].Should().Be("response." + status);
    }

    [Fact]
    public void A_stream_without_a_chunk_is_an_empty_response()
    {
        var events = ResponsesForms.Stream([]);

        Types(events).Should().Equal("response.created", "response.in_progress", "response.completed");
        ResponsesForms.Last(events)["output"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public void Nothing_ends_before_it_is_told_to()
    {
        var (stream, output) = (ResponsesForms.Dialect.OpenStream(ResponsesForms.Context), new ArrayBufferWriter<byte>());

        foreach (var chunk in ResponsesGoldenTests.Chunks("tools")) stream.Read(Encoding.UTF8.GetBytes(chunk), output);

        var events = Encoding.UTF8.GetString(output.WrittenSpan);
        Types(events).Should().NotContain(static t => t == "response.completed" || t == "response.incomplete");
        stream.Events.Should().Be(Types(events).Count);
    }

    [Theory]
    [InlineData("""{"content":"word "}""")]
    [InlineData("""{"reasoning_content":"word "}""")]
    [InlineData("""{"tool_calls":[{"index":0,"function":{"arguments":"word "}}]}""")]
    public void A_chunk_of_words_costs_no_memory(string delta)
    {
        var (stream, output) = (ResponsesForms.Dialect.OpenStream(ResponsesForms.Context), new ArrayBufferWriter<byte>(4 * 1024 * 1024));
        var chunk = Encoding.UTF8.GetBytes(Chunk(delta));
        for (var i = 0; i < 1000; i++) stream.Read(chunk, output);   // what is gathered has grown

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) stream.Read(chunk, output);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(20_000, "an array may grow once; 40 bytes a chunk would be a string");
    }

    private static IEnumerable<string> Calls(params string[] deltas)
    {
        var events = ResponsesForms.Stream(deltas.Select(Chunk));
        ResponsesOracle.Check(events);
        return ResponsesForms.Last(events)["output"]!.AsArray().Select(static i => $"{i!["call_id"]} {i["name"]} {i["arguments"]}");
    }

    private static List<string> Types(string events) => [.. ResponsesOracle.Events(events).Select(static e => (string)JsonNode.Parse(e)!["type"]!)];

    private static string Chunk(string delta) => $$"""{"choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""";
}
