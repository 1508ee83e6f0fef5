using System.Diagnostics;
using System.Text;
using Gateway.Telemetry.Logs;

namespace Gateway.Tests.Telemetry.Logs;

public class LogSinkTests
{
    [Fact]
    public void Lines_of_many_threads_arrive_whole_and_each_once()
    {
        const int Threads = 4;
        const int Each = 5_000;
        var output = new MemoryStream();
        var sink = new LogSink(output);

        Parallel.For(0, Threads, thread =>
        {
            for (var i = 0; i < Each; i++)
                sink.Append(Encoding.UTF8.GetBytes($"{thread}:{i}\n"));
        });
        sink.Dispose();

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(Threads * Each).And.OnlyHaveUniqueItems();
        lines.Where(static l => l.StartsWith("2:", StringComparison.Ordinal)).Should().Equal(Enumerable.Range(0, Each).Select(static i => $"2:{i}"));
        sink.Dropped.Should().Be(0);
    }

    [Fact]
    public async Task A_line_is_written_soon_without_being_asked_for()
    {
        var output = new WrittenStream();
        using var sink = new LogSink(output);
        var start = Stopwatch.GetTimestamp();

        sink.Append("one\n"u8);

        (await output.Written.Task.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be("one\n");
        // 50 ms by design; the bound is for a machine that has other things to do.
        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void An_output_nobody_reads_costs_lines_and_not_time()
    {
        using var output = new StuckStream();
        using var sink = new LogSink(output);
        var line = Encoding.UTF8.GetBytes(new string('x', 1023) + "\n");

        for (var i = 0; i < 20_000; i++)
            sink.Append(line);

        // 64 chunks of 64 KiB wait, and the one that is being filled.
        sink.Dropped.Should().BeInRange(20_000 - (66 * 64), 20_000 - (63 * 64));
        sink.Flush(TimeSpan.FromMilliseconds(20)).Should().BeFalse();
        output.Release();
        sink.Flush(TimeSpan.FromSeconds(30)).Should().BeTrue();
        output.Bytes.Should().Be((20_000 - sink.Dropped) * 1024);
    }

    [Fact]
    public void An_output_that_fails_is_counted()
    {
        using var sink = new LogSink(new BrokenStream());

        sink.Append("lost\n"u8);

        sink.Flush(TimeSpan.FromSeconds(30)).Should().BeTrue();
        sink.Dropped.Should().Be(1);
    }

    [Fact]
    public void Lines_after_the_end_are_counted_as_dropped()
    {
        var sink = new LogSink(new MemoryStream());
        sink.Dispose();

        sink.Append("late\n"u8);

        sink.Dropped.Should().Be(1);
    }

    private abstract class WriteOnlyStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }

    private sealed class WrittenStream : WriteOnlyStream
    {
        public TaskCompletionSource<string> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Write(ReadOnlySpan<byte> buffer) => Written.TrySetResult(Encoding.UTF8.GetString(buffer));
    }

    private sealed class StuckStream : WriteOnlyStream
    {
        private readonly ManualResetEventSlim _released = new();

        public long Bytes { get; private set; }

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait();
            Bytes += buffer.Length;
        }

        protected override void Dispose(bool disposing)
        {
            _released.Set();
            base.Dispose(disposing);
        }
    }

    private sealed class BrokenStream : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("broken pipe");
    }
}
