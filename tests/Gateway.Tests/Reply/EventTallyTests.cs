using System.Text;
using Gateway.Core.Providers;
using Gateway.Reply;

namespace Gateway.Tests.Reply;

/// <summary>The estimate of a stream that ends before its usage: never a fraction of what was sent (reliability M3).</summary>
public class EventTallyTests
{
    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(50, 400)]
    [InlineData(200, 4)]
    public void Events_of_one_size_count_by_their_text(int events, int textBytes)
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        for (var i = 0; i < events; i++) tally.Look(Chunk(new string('x', textBytes)), out _);

        tally.Events.Should().Be(events);
        tally.ContentBytes.Should().Be((long)events * textBytes);
    }

    [Fact]
    public void A_first_event_with_a_role_and_no_text_changes_little()
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""u8, out _);
        for (var i = 0; i < 10; i++) tally.Look(Chunk("four"), out _);

        tally.ContentBytes.Should().BeInRange(40, 70);
    }

    [Fact]
    public void An_image_is_not_counted_as_text()
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look(Chunk("four"), out _);
        tally.Look(Encoding.UTF8.GetBytes($$"""{"id":"c","choices":[{"index":0,"delta":{"content":"four","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{new string('A', 1_000_000)}}" } }]},"finish_reason":null}]}"""), out _);

        tally.ContentBytes.Should().BeInRange(8, 70);
    }

    [Fact]
    public void What_comes_after_a_running_usage_is_estimated_on_top_of_it()
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look(Encoding.UTF8.GetBytes("""{"id":"c","choices":[{"index":0,"delta":{"content":"four"},"finish_reason":null}],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}"""), out _);
        tally.UsageSoFar!.Value.Output.Should().Be(1, "the usage covers the event it came with");

        for (var i = 0; i < 500; i++) tally.Look(Chunk("four"), out _);

        tally.Usage!.Value.Output.Should().Be(1);
        tally.UsageSoFar!.Value.Output.Should().Be(501);
        tally.UsageSoFar!.Value.PromptTotal.Should().Be(10);
    }

    [Theory]
    [InlineData(false, """{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""")]
    [InlineData(false, """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""")]
    [InlineData(false, """{"choices":[]}""")]
    [InlineData(true, """{"choices":[{"index":0,"delta":{"content":"four"},"finish_reason":null}]}""")]
    [InlineData(true, """{"choices":[{"index":0,"delta":{"content":"four"},"finish_reason":"stop"}]}""")]
    [InlineData(true, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}""")]
    public void A_usage_is_a_running_one_where_words_follow_it(bool isRunning, string next)
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        for (var i = 0; i < 9; i++) tally.Look(Chunk("four"), out _);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{"content":"four"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":10,"total_tokens":20}}"""u8, out _);
        tally.IsUsageRunning.Should().BeFalse("it is in the event of the last words");

        tally.Look(Encoding.UTF8.GetBytes(next), out _);

        tally.IsUsageRunning.Should().Be(isRunning);
    }

    [Theory]
    [InlineData("thinking_blocks", """[{"type":"thinking","thinking":"six by seven","signature":"LONG"}]""")]
    [InlineData("provider_blocks", """[{"type":"web_search_tool_result","content":[{"url":"u","encrypted_content": "LONG"}]}]""")]
    [InlineData("reasoning_details", """[{"type":"reasoning.encrypted","data":"LONG"}]""")]
    public void What_a_provider_wants_back_is_no_word_of_the_answer(string member, string value)
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""u8, out _);
        tally.Look(Chunk("forty-two"), out _);
        tally.Look(Encoding.UTF8.GetBytes($$"""{"id":"c","choices":[{"index":0,"delta":{"{{member}}":{{value.Replace("LONG", new string('x', 4000), StringComparison.Ordinal)}}},"finish_reason":null}]}"""), out _);
        for (var i = 0; i < 5; i++) tally.Look(Chunk("four"), out _);
        tally.Look(Encoding.UTF8.GetBytes($$"""{"id":"c","choices":[{"index":0,"delta":{"{{member}}":{{value.Replace("LONG", new string('x', 8000), StringComparison.Ordinal)}}},"finish_reason":null}]}"""), out _);

        tally.ContentBytes.Should().BeInRange(29, 70);
        tally.Events.Should().Be(9);
    }

    [Fact]
    public void A_stream_without_a_word_has_used_none()
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""u8, out _);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"content_filter","native_finish_reason":"SAFETY"}]}"""u8, out _);

        (tally.Events, tally.ContentBytes).Should().Be((0, 0));
    }

    [Fact]
    public void A_call_without_arguments_is_an_answer()
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        tally.Look("""{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}"""u8, out _);

        tally.Events.Should().Be(1);
    }

    private static byte[] Chunk(string text) => Encoding.UTF8.GetBytes($$"""{"id":"c","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""");
}
