namespace Gateway.Tests.Simulation;

/// <summary>The body of an upstream's answer: its pieces, each after a while.</summary>
/// <param name="pieces">Empty bytes: the end; null: the connection breaks.</param>
internal sealed class SimulatedBody(IEnumerable<(TimeSpan After, byte[]? Bytes)> pieces, int request, SimDelay delay) : Stream
{
    private readonly Queue<(TimeSpan After, byte[]? Bytes)> _pieces = new(pieces);
    private ReadOnlyMemory<byte> _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left.IsEmpty && _pieces.TryPeek(out var next))
        {
            await delay.WaitAsync(request, next.After, cancellationToken);
            _pieces.Dequeue();
            _left = next.Bytes ?? throw new IOException("the connection broke");
            if (_left.IsEmpty) _pieces.Clear();
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
