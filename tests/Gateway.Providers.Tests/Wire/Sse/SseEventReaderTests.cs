using System.Buffers;
using System.Text;
using Gateway.Core.Wire.Sse;

namespace Gateway.Providers.Tests.Wire.Sse;

public sealed class SseEventReaderTests
{
    // Expectations are the WHATWG HTML standard's own examples where it has one (9.2.6).
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\n\n", "a")]
    [InlineData("data:  a\n\n", " a")]
    [InlineData("data: a\r\n\r\n", "a")]
    [InlineData("data: a\r\r", "a")]
    [InlineData("data: a\r\n\n", "a")]
    [InlineData("data: a\ndata: b\n\ndata: c\n\n", "a\nb|c")]
    [InlineData(": comment\n\n:\n\ndata: a\n\n", "a")]
    [InlineData("data\n\ndata\ndata\n\ndata:", "|\n")]
    [InlineData("event: x\n\ndata: a\n\n", "a")]
    [InlineData("event: x\ndata: a\n\ndata: b\n\n", "x=a|b")]
    [InlineData("event: x\nevent: y\ndata: a\n\n", "y=a")]
    [InlineData("id: 1\nretry: 5\nunknown: 2\ndata: a\n\n", "a")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData("\uFEFF\uFEFFdata: a\n\ndata: b\n\n", "b")]
    [InlineData("\n\uFEFFdata: a\n\n", "")]
    [InlineData("data: a\n", "")]
    [InlineData("data: a", "")]
    [InlineData("", "")]
    [InlineData("\n\n\r\n", "")]
    [InlineData("data: {\"a\":\"\u2028 \\n\"}\n\n", "{\"a\":\"\u2028 \\n\"}")]
    [InlineData("data: grüße 🙂 你好\n\n", "grüße 🙂 你好")]
    [InlineData("data: [DONE]\n\n", "[DONE]")]
    public void Events_are_read_by_the_standards_rules_however_the_bytes_are_cut(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var piece = 1; piece <= bytes.Length + 1; piece++)
            Read(bytes, piece).Should().Be(expected, $"cut in pieces of {piece}");
        for (var cut = 0; cut <= bytes.Length; cut++)
            Read([bytes[..cut], bytes[cut..]]).Should().Be(expected, $"cut at {cut}");
    }

    [Fact]
    public void A_written_event_reads_back()
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteEvent(output, "{\"a\":1}"u8);
        SseWriter.WriteEvent(output, "{}"u8);
        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("data: {\"a\":1}\n\ndata: {}\n\n");
        Read(output.WrittenSpan.ToArray(), 1).Should().Be("{\"a\":1}|{}");
    }

    [Theory]
    [InlineData("data: 0123456789\n\n")]
    [InlineData("data: 01234\ndata: 56789\ndata: abcde\n\n")]
    [InlineData("data: 0123456789")]
    public void An_event_larger_than_allowed_ends_the_reading(string stream)
    {
        var reader = new SseEventReader(maxEventBytes: 12);
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(stream);
        reader.TryRead(ref bytes, out _).Should().BeFalse();
        reader.Overflowed.Should().BeTrue();
        bytes = "data: a\n\n"u8;
        reader.TryRead(ref bytes, out _).Should().BeFalse();
        bytes.IsEmpty.Should().BeTrue("what follows is not kept");
    }

    [Fact]
    public void Reading_allocates_nothing_once_warm()
    {
        var reader = new SseEventReader();
        var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"event: e\ndata: {{\"n\":{i},\"text\":\"some words here\"}}\n\n")));
        Drain(reader, stream, 7).Should().Be(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var events = Drain(reader, stream, 7);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        events.Should().Be(200);
    }

    private static int Drain(SseEventReader reader, byte[] stream, int piece)
    {
        var events = 0;
        for (var at = 0; at < stream.Length; at += piece)
        {
            ReadOnlySpan<byte> bytes = stream.AsSpan(at, Math.Min(piece, stream.Length - at));
            while (reader.TryRead(ref bytes, out _)) events++;
        }

        return events;
    }

    private static string Read(byte[] bytes, int piece) => Read([.. bytes.Chunk(piece)]);

    private static string Read(byte[][] pieces)
    {
        var reader = new SseEventReader();
        var events = new List<string>();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> bytes = piece;
            while (reader.TryRead(ref bytes, out var next))
            {
                var type = Encoding.UTF8.GetString(next.Type);
                events.Add((type.Length > 0 ? type + "=" : "") + Encoding.UTF8.GetString(next.Data));
            }

            bytes.IsEmpty.Should().BeTrue();
        }

        return string.Join('|', events);
    }
}
