using System.Buffers;

namespace Gateway.Providers.Shared;

/// <summary>The objects of a JSON array whose bytes arrive cut anywhere, or one object alone. Not thread-safe.</summary>
/// <param name="maxBytes">What one object may have.</param>
internal sealed class JsonItemReader(int maxBytes)
{
    private readonly ArrayBufferWriter<byte> _partial = new(1024);
    private int _depth;
    private bool _inString, _escaped, _partialIsRead;

    /// <summary>An object was larger than allowed, or something between two of them is no JSON array; nothing more is read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>An object has begun whose end has not come.</summary>
    public bool IsInside => _depth > 0;

    /// <summary>Takes the next object from the front of <paramref name="bytes"/>. False: the bytes are used up, and what they began is kept for the next call.</summary>
    /// <param name="item">Valid until the next call, and no longer than <paramref name="bytes"/>.</param>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> item)
    {
        item = default;
        if (_partialIsRead)
        {
            _partial.ResetWrittenCount();
            _partialIsRead = false;
        }

        if (_depth == 0) SkipBetween(ref bytes);
        if (bytes.IsEmpty || IsBroken)
        {
            bytes = default;
            return false;
        }

        var end = End(bytes);
        var piece = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? default : bytes[end..];
        IsBroken = _partial.WrittenCount + piece.Length > maxBytes;
        if (IsBroken) return false;
        if (end >= 0 && _partial.WrittenCount == 0)
        {
            item = piece;
            return true;
        }

        _partial.Write(piece);
        if (end < 0) return false;
        _partialIsRead = true;
        item = _partial.WrittenSpan;
        return true;
    }

    private void SkipBetween(ref ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimStart(" \t\r\n[],"u8);
        IsBroken |= !bytes.IsEmpty && bytes[0] != '{';
    }

    /// <summary>Where the object that is open ends; -1: not in these bytes.</summary>
    private int End(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (_escaped) _escaped = false;
            else if (_inString && b == '\\') _escaped = true;
            else if (b == '"') _inString = !_inString;
            else if (_inString) continue;
            else if (b is (byte)'{' or (byte)'[') _depth++;
            else if (b is (byte)'}' or (byte)']' && --_depth == 0) return i + 1;
        }

        return -1;
    }
}
