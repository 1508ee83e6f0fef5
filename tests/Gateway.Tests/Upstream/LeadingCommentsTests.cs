using System.Text;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What stands in front of a stream's first event, however it is cut.</summary>
public sealed class LeadingCommentsTests
{
    [Theory]
    [InlineData("data: x", "data: x")]
    [InlineData(": thinking\n\ndata: x\n\n: more\n\n", "data: x\n\n: more\n\n")]
    [InlineData(": thinking\r\n\r\n: still\r\rdata: x", "data: x")]
    [InlineData("\n\r\n:\n:\nevent: y\n: inside\n", "event: y\n: inside\n")]
    [InlineData(": data: x", "")]
    [InlineData("\n", "")]
    [InlineData("", "")]
    [InlineData("{\"error\":1}", "{\"error\":1}")]
    [InlineData(" : x\n", " : x\n")]
    public void Comments_and_empty_lines_are_no_events(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= Math.Max(1, bytes.Length); size++)
        {
            var comments = default(LeadingComments);
            var at = 0;
            while (at < bytes.Length)
            {
                var piece = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
                var skipped = comments.Length(piece);
                at += skipped;
                if (skipped < piece.Length) break;
            }

            Encoding.UTF8.GetString(bytes.AsSpan(at)).Should().Be(expected, $"in pieces of {size}");
        }
    }
}
