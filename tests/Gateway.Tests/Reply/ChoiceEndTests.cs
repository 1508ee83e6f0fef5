using System.Text;
using Gateway.Core.Providers;
using Gateway.Reply;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

/// <summary>A stream without its marker is whole when each choice that was begun has ended, however the provider writes choices.</summary>
public class ChoiceEndTests
{
    private const string Ends = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData(true, Ends)]
    [InlineData(true, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""", Ends)]
    [InlineData(true, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":3,"function":{"arguments":"a"}}]},"finish_reason":null}]}""", Ends)]
    [InlineData(true, """{"choices":[{"delta":{"content":"a"},"finish_reason":null}]}""", """{"choices":[{"delta":{},"finish_reason":"stop"}]}""")]
    [InlineData(true, """{"choices":[{"index":null,"delta":{"tool_calls":[{"index":2}]}}]}""", """{"choices":[{"delta":{},"finish_reason":"stop"}]}""")]
    [InlineData(true, """{"choices":[{"index":2,"delta":{"content":"a"}}]}""", """{"choices":[{"index":2,"delta":{},"finish_reason":"stop"}]}""", """{"choices":[{"index":2,"delta":{},"finish_reason":"stop"}]}""")]
    [InlineData(true, """{"choices":[{"delta":{"content":"a"},"index":1}]}""", """{"choices":[{"finish_reason":"stop","index":1}]}""")]
    [InlineData(true, """{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":"length"}]}""")]
    [InlineData(false, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""")]
    [InlineData(false, """{"choices":[{"index":1,"delta":{"content":"a"},"finish_reason":null}]}""", Ends)]
    [InlineData(false, Ends, """{"choices": [{"delta": {"content": "a"}, "index": 1}]}""")]
    [InlineData(false, Ends, """{"choices":[{"index":0,"delta":{}},{"index":1,"delta":{"content":"a"}}]}""")]
    [InlineData(false, """{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"delta":{"content":"a"}}]}""")]
    [InlineData(false, """{"choices":[{"index":1,"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", Ends)]
    [InlineData(false, """{"choices":[{"index":128,"delta":{"content":"a"}}]}""", """{"choices":[{"index":128,"delta":{},"finish_reason":"stop"}]}""", Ends)]
    [InlineData(false, """{"choices":[{"index":"1","delta":{"content":"a"}}]}""", Ends)]
    public void A_stream_is_finished_with_the_last_of_its_choices(bool isFinished, params string[] events)
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        foreach (var one in events) tally.Look(Encoding.UTF8.GetBytes(one), out _);

        tally.IsFinished.Should().Be(isFinished);
    }

    [Theory]
    [InlineData(true, 1, Ends)]
    [InlineData(false, 2, Ends)]
    [InlineData(false, 2, Ends, """{"choices":[{"index":1,"delta":{"content":"a"}}]}""")]
    [InlineData(true, 2, Ends, """{"choices":[{"index":1,"delta":{"content":"a"},"finish_reason":"stop"}]}""")]
    [InlineData(false, 1)]
    [InlineData(false, 0)]
    public void It_has_ended_when_as_many_as_were_asked_for_have(bool hasEnded, int choices, params string[] events)
    {
        var tally = new EventTally(InferenceEndpoint.ChatCompletions);
        foreach (var one in events) tally.Look(Encoding.UTF8.GetBytes(one), out _);

        tally.HasEnded(choices).Should().Be(hasEnded);
    }

    [Fact]
    public async Task Events_in_the_frames_of_others_are_of_their_choices()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var (begun, ended) = (new HashSet<int>(), new HashSet<int>());
            var events = new StringBuilder();
            for (var left = random.Next(1, 40); left > 0; left--)
            {
                var choice = random.Next(random.Next(1, 4));
                var ends = random.Next(8) == 0;
                begun.Add(choice);
                if (ends) ended.Add(choice);
                events.Append(ends
                    ? $$$"""data: {"id":"c","choices":[{"index":{{{choice}}},"delta":{},"finish_reason":"stop"}]}"""
                    : $$$"""data: {"id":"c","choices":[{"index":{{{choice}}},"delta":{"content":"w\"index\":7"},"finish_reason":null}]}""").Append("\n\n");
            }

            var (_, lane) = await LaneRig.RelayAsync("openai", [Encoding.UTF8.GetBytes(events.ToString())], includeUsage: false);

            lane.Facts.Finished.Should().Be(begun.SetEquals(ended), $"round {round}: {events}");
            lane.HasAnswer.Should().Be(lane.Facts.Finished);
        }
    }
}
