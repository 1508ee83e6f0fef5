using Gateway.Core.Usage;

namespace Gateway.Tests.Usage;

public sealed class UsageEstimateTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(4, 8, 1, 1, 2)]
    [InlineData(5, 9, 2, 2, 3)]
    [InlineData(400, 10, 7, 100, 7)]    // seven events were relayed: at least seven tokens
    [InlineData(-1, -1, 0, 0, 0)]
    public void Four_bytes_are_a_token_rounded_up_and_an_event_is_at_least_one(long body, long content, long events, long input, long output) =>
        UsageEstimate.Of(body, content, events).Should().Be(new TokenUsage { Input = input, Output = output });

    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(0, 0, false)]
    [InlineData(3, 10, false)]
    public void A_usage_without_output_contradicts_an_answer_that_has_some(long output, long content, bool contradicts) =>
        UsageEstimate.Contradicts(new TokenUsage { Input = 5, Output = output }, content).Should().Be(contradicts);
}
