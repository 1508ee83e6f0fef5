using System.Text;
using Gateway.Core.Wire.Sse;

namespace Gateway.Providers.Tests.Wire.Sse;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\rb\r", "a|b")]
    [InlineData("a\n\nb\n", "a||b")]
    [InlineData("a\r\n\r\nb\n", "a||b")]
    [InlineData("a\r\r\nb\n", "a||b")]
    [InlineData("a\nb", "a")]
    [InlineData("", "")]
    [InlineData("äöü🙂\n", "äöü🙂")]
    public void Lines_are_the_same_however_the_bytes_are_cut(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var piece = 1; piece <= bytes.Length + 1; piece++)
        {
            var lines = new List<string>();
            var reader = new LineReader();
            foreach (var chunk in bytes.Chunk(piece))
            {
                ReadOnlySpan<byte> rest = chunk;
                while (reader.TryRead(ref rest, out var line)) lines.Add(Encoding.UTF8.GetString(line));
            }

            string.Join('|', lines).Should().Be(expected, $"cut in pieces of {piece}");
        }
    }

    [Fact]
    public void A_line_without_end_does_not_fill_the_memory()
    {
        var reader = new LineReader(maxBytes: 100);
        for (var i = 0; i < 10; i++)
        {
            ReadOnlySpan<byte> bytes = new byte[20];
            reader.TryRead(ref bytes, out _).Should().BeFalse();
            reader.Overflowed.Should().Be(i >= 5);
        }
    }
}
