using Gateway.Reply;

namespace Gateway.Tests.Reply;

public sealed class DroppedHeaderTests
{
    [Theory]
    [InlineData("top_k", "top_k")]
    [InlineData("top_k|messages[0].content[1].foo", "top_k,messages[0].content[1].foo")]
    [InlineData("messages[0].a,b|c\r\nset-cookie: x", "messages[0].a%2Cb,c%0D%0Aset-cookie%3A%20x")]
    [InlineData("messages[0].\u00e9", "messages[0].%C3%A9")]
    public void Names_are_told_in_characters_that_a_header_may_have(string names, string expected) => DroppedHeader.Of(names.Split('|')).Should().Be(expected);

    [Fact]
    public void A_long_list_ends_in_how_many_more_there_are()
    {
        var names = Enumerable.Range(0, 100_000).Select(static i => $"messages[{i}].foo").ToArray();

        var header = DroppedHeader.Of(names);

        header.Length.Should().BeInRange(DroppedHeader.Longest - 50, DroppedHeader.Longest + 20);
        var shown = header.Split(',');
        shown[..^1].Should().Equal(names[..(shown.Length - 1)]);
        shown[^1].Should().Be($"+{names.Length - shown.Length + 1}");
        DroppedHeader.Of([new string('a', 10_000_000)]).Should().Be("+1");
    }
}
