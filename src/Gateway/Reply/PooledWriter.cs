using System.Buffers;
using Gateway.Pipeline;

namespace Gateway.Reply;

/// <summary>A growing buffer from the shared pool. Disposing gives it back.</summary>
internal sealed class PooledWriter(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = ByteBuffers.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>The same, for who has to change something that stands there.</summary>
    public Span<byte> WrittenSpan => _buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Clear() => Length = 0;

    public void Dispose()
    {
        ByteBuffers.Return(_buffer);
        _buffer = [];
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - Length >= more) return;
        var larger = ByteBuffers.Rent(Math.Max(Length + more, _buffer.Length * 2));
        Written.CopyTo(larger);
        ByteBuffers.Return(_buffer);
        _buffer = larger;
    }
}
