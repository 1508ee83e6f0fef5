using System.Buffers;

namespace Gateway.Providers.Shared;

/// <summary>Bytes that come piece by piece and are wanted whole at the end, in an array of the shared pool. One that is not given back is collected as any other.</summary>
internal struct GatheredBytes
{
    private byte[]? _buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > (_buffer?.Length ?? 0) - Length) Grow(Length + piece.Length);
        piece.CopyTo(_buffer.AsSpan(Length));
        Length += piece.Length;
    }

    /// <summary>Adds a value of a list; the comma before it is added too.</summary>
    public void AddItem(ReadOnlySpan<byte> value)
    {
        if (Length > 0) Add(","u8);
        Add(value);
    }

    public void Shorten(int by) => Length -= by;

    public void Return()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        Length = 0;
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, Math.Max(256, Length * 2)));
        Span.CopyTo(larger);
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
