using System.Buffers;
using System.IO.Pipelines;
using Gateway.Reply;

namespace Gateway.Tests.Idempotency;

public sealed class RecordingWriterTests : IDisposable
{
    private readonly MemoryStream _client = new();
    private readonly RecordingWriter _writer;

    public RecordingWriterTests() => _writer = new(PipeWriter.Create(_client, new(leaveOpen: true)));

    public void Dispose() => _writer.Dispose();

    [Fact]
    public async Task What_is_written_reaches_the_client_at_the_next_flush_and_stays()
    {
        _writer.Write("data: 1\n\n"u8);
        _client.Length.Should().Be(0);
        await _writer.FlushAsync();
        _client.ToArray().Should().Equal("data: 1\n\n"u8.ToArray());

        _writer.Write("data: 2\n\n"u8);
        await _writer.FlushAsync();

        _client.ToArray().Should().Equal("data: 1\n\ndata: 2\n\n"u8.ToArray());
        _writer.Recorded!.Value.ToArray().Should().Equal(_client.ToArray());
    }

    [Fact]
    public void Nothing_written_is_an_empty_record_and_not_one_that_is_too_long()
    {
        _writer.Recorded.Should().NotBeNull();
        _writer.Recorded!.Value.Length.Should().Be(0);
    }

    [Theory]
    [InlineData(1024, 1024, true)]
    [InlineData(1024, 1025, false)]
    [InlineData(100_000, 11, false)]
    [InlineData(3_000_000, 1, false)]
    public async Task Beyond_its_bound_everything_still_reaches_the_client_in_order_and_nothing_is_kept(int piece, int pieces, bool kept)
    {
        var expected = new MemoryStream();
        for (var i = 0; i < pieces; i++)
        {
            var bytes = Enumerable.Repeat((byte)(i % 251), piece).ToArray();
            expected.Write(bytes);
            bytes.CopyTo(_writer.GetMemory(piece));
            _writer.Advance(piece);
            if (i % 3 == 0)
                await _writer.FlushAsync();
        }

        await _writer.FlushAsync();

        _client.ToArray().AsSpan().SequenceEqual(expected.ToArray()).Should().BeTrue();
        (_writer.Recorded is not null).Should().Be(kept);
        if (_writer.Recorded is { } recorded)
            recorded.Span.SequenceEqual(expected.ToArray()).Should().BeTrue();
    }
}
