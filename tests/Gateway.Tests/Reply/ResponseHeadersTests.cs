using Gateway.Reply;

namespace Gateway.Tests.Reply;

public class ResponseHeadersTests
{
    [Theory]
    [InlineData(-1, "0.000")]
    [InlineData(0, "0.000")]
    [InlineData(7, "0.007")]
    [InlineData(999, "0.999")]
    [InlineData(1_000, "1.000")]
    [InlineData(10_050, "10.050")]
    [InlineData(3_600_000_001, "3600000.001")]
    public void Microseconds_are_told_as_milliseconds_with_three_decimals(long microseconds, string text) =>
        ResponseHeaders.Milliseconds(TimeSpan.FromMicroseconds(microseconds)).Should().Be(text);
}
