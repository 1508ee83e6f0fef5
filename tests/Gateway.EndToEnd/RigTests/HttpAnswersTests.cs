using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.RigTests;

public sealed class HttpAnswersTests
{
    private const string Promise = "HTTP/1.1 100 Continue\r\n\r\n";
    private const string Counted = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: x\r\n\r\nabc";
    private const string Chunked = "HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0b\r\n0123456789a\r\n0\r\n\r\n";
    private const string Empty = "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n";

    [Theory]
    [InlineData(Counted)]
    [InlineData(Chunked)]
    [InlineData(Empty)]
    [InlineData(Promise + Counted)]
    [InlineData(Counted + Chunked + Empty)]
    public void Answers_are_whole_with_their_last_byte(string text)
    {
        HttpAnswers.AreWhole(text).Should().BeTrue();
        HttpAnswers.AreWhole(text[..^1]).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData(Promise)]
    [InlineData(Counted + Promise)]
    [InlineData("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nas long as the connection lasts")]
    public void What_may_go_on_is_not_whole(string text) => HttpAnswers.AreWhole(text).Should().BeFalse();
}
