using System.Text;
using Gateway.Reply;

namespace Gateway.Tests.Reply;

/// <summary>An event is only taken for one of words where it is one, whatever a model wrote or a provider put between.</summary>
public sealed class EventFrameTests
{
    private const string Head = """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":""";
    private const string End = """},"finish_reason":null}],"usage":null}""";

    [Theory]
    [InlineData("\"\"", true)]
    [InlineData("\"any words\"", true)]
    [InlineData("\"¡sí! 🙂 \\n \\u0022\"", true)]
    [InlineData("\"an \\\"escaped\\\" quote, and a backslash \\\\\"", true)]
    [InlineData("\"\\\\\\\\\"", true)]
    [InlineData("\"words\",\"finish_reason\":\"stop\",\"x\":\"y\"", false)]
    [InlineData("\"\\\\\",\"error\":\"y\"", false)]
    [InlineData("\"never closed \\\"", false)]
    [InlineData("null", false)]
    public void An_event_in_the_frame_differs_in_its_words_alone(string content, bool holds)
    {
        var frame = Learned();

        frame.Holds(Event(content)).Should().Be(holds);
    }

    [Theory]
    [InlineData("""{"id":"d","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"w"},"finish_reason":null}],"usage":null}""")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","choices":[{"index":1,"delta":{"content":"w"},"finish_reason":null}],"usage":null}""")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"w"},"finish_reason":"stop"}],"usage":null}""")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"w"},"finish_reason":null}],"usage":{"prompt_tokens":1}}""")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":null}],"usage":null}""")]
    [InlineData("[DONE]")]
    [InlineData("")]
    public void One_that_differs_elsewhere_is_not_in_it(string data)
    {
        var frame = Learned();

        frame.Holds(Encoding.UTF8.GetBytes(data)).Should().BeFalse();
    }

    [Fact]
    public void Nothing_is_held_before_a_frame_was_learned_and_none_is_learned_without_words_or_from_a_large_event()
    {
        var frame = new EventFrame();
        var large = Encoding.UTF8.GetBytes("""{"signature":"SSS","content":"w"}""".Replace("SSS", new string('s', 2000), StringComparison.Ordinal));
        frame.Holds(Event("\"w\"")).Should().BeFalse();

        frame.Learn("""{"choices":[{"delta":{}}]}"""u8);
        frame.Learn("""{"content":"never closed"""u8);
        frame.Learn(large);

        frame.Holds("""{"choices":[{"delta":{}}]}"""u8).Should().BeFalse();
        frame.Holds("""{"content":"never closed"""u8).Should().BeFalse();
        frame.Holds(large).Should().BeFalse();
    }

    private static EventFrame Learned()
    {
        var frame = new EventFrame();
        frame.Learn(Event("\"first \\\"words\\\"\""));
        return frame;
    }

    private static byte[] Event(string content) => Encoding.UTF8.GetBytes(Head + content + End);
}
