using System.Buffers;

namespace Gateway.Core.Tokens;

/// <summary>Text that is put together in a rented array.</summary>
internal struct PooledText()
{
    private const int FirstSize = 4096;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    public readonly int Length => _length;

    public void Clear() => _length = 0;

    /// <summary>Takes bytes away from the beginning.</summary>
    public void RemoveFirst(int bytes)
    {
        _array.AsSpan(bytes, _length - bytes).CopyTo(_array);
        _length -= bytes;
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    /// <param name="raw">A JSON string without its quotes.</param>
    public void AppendJson(ReadOnlySpan<byte> raw) => _length += JsonText.Decode(raw, Room(raw.Length));

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_array);

    private Span<byte> Room(int bytes)
    {
        if (_array.Length - _length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _array.Length, _length + bytes));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        return _array.AsSpan(_length);
    }
}
