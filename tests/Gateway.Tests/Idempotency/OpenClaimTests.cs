using System.Buffers;
using System.IO.Pipelines;
using Gateway.Idempotency;
using Gateway.Reply;
using Gateway.Tests.Config;
using ManualTime = Gateway.Tests.Support.ManualTime;

namespace Gateway.Tests.Idempotency;

public sealed class OpenClaimTests : IAsyncDisposable
{
    private readonly MemoryIdempotencyStore _store = new();
    private readonly MemoryStream _client = new();
    private readonly OpenClaim _claim;

    public OpenClaimTests() => _claim = new(
        new(_store, new ManualTime(), new RecordingLogger<ClaimBook>()), new(new byte[32], new byte[32], "req_1"), TimeSpan.FromHours(1));

    public async ValueTask DisposeAsync()
    {
        _claim.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task The_record_is_written_before_the_last_bytes_leave()
    {
        var writer = _claim.Record(PipeWriter.Create(_client, new(leaveOpen: true)));
        writer.Write("data: 1\n\n"u8);
        await writer.FlushAsync();
        writer.Write("data: [DONE]\n\n"u8);
        long? left = null;
        _store.Telling = _ => left = _client.Length;

        await _claim.AnswerStreamAsync("text/event-stream");
        await writer.FlushAsync();

        left.Should().Be(9);
        _store.Told.Should().Equal("keep req_1 23");
        _client.Length.Should().Be(23);
        _claim.IsAnswered.Should().BeTrue();
    }

    [Theory]
    [InlineData(RecordingWriter.MaxAnswer, "keep req_1 1048576")]
    [InlineData(RecordingWriter.MaxAnswer + 1, "keep req_1 nothing")]
    public async Task What_is_longer_than_a_MiB_is_noted_without_its_answer(int length, string told)
    {
        await _claim.AnswerAsync("application/json", new byte[length]);

        _store.Told.Should().Equal(told);
    }

    [Fact]
    public async Task A_stream_that_was_too_long_to_record_is_noted_without_its_answer()
    {
        var writer = _claim.Record(PipeWriter.Create(_client, new(leaveOpen: true)));
        writer.Write(new byte[RecordingWriter.MaxAnswer + 1]);

        await _claim.AnswerStreamAsync("text/event-stream");

        _store.Told.Should().Equal("keep req_1 nothing");
    }

    [Fact]
    public async Task A_request_that_asks_two_targets_records_on_one_writer()
    {
        var client = PipeWriter.Create(_client, new(leaveOpen: true));

        _claim.Record(client).Should().BeSameAs(_claim.Record(client));

        await _claim.ReleaseAsync();
        _store.Told.Should().Equal("release req_1");
    }
}
