namespace Gateway.Upstream;

/// <summary>The body of an in-process model's answer: its parts, each after a pause.</summary>
internal sealed class PacedStream(IEnumerable<ReadOnlyMemory<byte>> parts, TimeSpan first, TimeSpan pace, TimeProvider time) : Stream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> _parts = parts.GetEnumerator();
    private ReadOnlyMemory<byte> _left;
    private bool _started;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("the answer has no known length");

    public override long Position
    {
        get => throw new NotSupportedException("the answer is read once, forward");
        set => throw new NotSupportedException("the answer is read once, forward");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left.IsEmpty)
        {
            if (!_parts.MoveNext()) return 0;
            var pause = _started ? pace : first;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken);
            _started = true;
            _left = _parts.Current;
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("the answer is read once, forward");

    public override void SetLength(long value) => throw new NotSupportedException("the answer cannot be written");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("the answer cannot be written");

    protected override void Dispose(bool disposing)
    {
        if (disposing) _parts.Dispose();
        base.Dispose(disposing);
    }
}
