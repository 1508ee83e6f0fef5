using System.Buffers;

namespace Gateway.Core.Wire.Sse;

/// <summary>Lines of a stream whose bytes arrive cut anywhere, inside a character too. LF, CR and CRLF end a line (WHATWG HTML, 9.2.5). Not thread-safe.</summary>
/// <param name="maxBytes">What one line may have: an upstream that never ends its line must not fill the memory.</param>
public sealed class LineReader(int maxBytes = LineReader.DefaultMaxBytes)
{
    /// <summary>4 MiB: an image in base64 comes as one line.</summary>
    public const int DefaultMaxBytes = 4 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _partial = new(256);
    private bool _partialIsRead;
    private bool _skipLineFeed;

    /// <summary>A line was longer than allowed; nothing more is read.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>A line has begun whose end has not come.</summary>
    public bool IsInside => _partial.WrittenCount > 0 && !_partialIsRead;

    /// <summary>Takes the next line from the front of <paramref name="bytes"/>. False: the bytes are used up, and what they began is kept for the next call.</summary>
    /// <param name="line">Without its end. Valid until the next call, and no longer than <paramref name="bytes"/>.</param>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_partialIsRead) Forget();
        if (_skipLineFeed && !bytes.IsEmpty)
        {
            if (bytes[0] == '\n') bytes = bytes[1..];
            _skipLineFeed = false;
        }

        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        var piece = end < 0 ? bytes : bytes[..end];
        Overflowed |= _partial.WrittenCount + piece.Length > maxBytes;
        if (Overflowed)
        {
            bytes = default;
            return false;
        }

        if (end < 0)
        {
            _partial.Write(bytes);
            bytes = default;
            return false;
        }

        _skipLineFeed = bytes[end] == '\r';
        bytes = bytes[(end + 1)..];
        if (_partial.WrittenCount == 0)
        {
            line = piece;
            return true;
        }

        _partial.Write(piece);
        _partialIsRead = true;
        line = _partial.WrittenSpan;
        return true;
    }

    private void Forget()
    {
        _partial.ResetWrittenCount();
        _partialIsRead = false;
    }
}
