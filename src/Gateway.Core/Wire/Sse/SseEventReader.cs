using System.Buffers;

namespace Gateway.Core.Wire.Sse;

/// <summary>
/// Server-sent events out of bytes that arrive cut anywhere, by the rules of WHATWG HTML 9.2.6: comments, several data lines, a byte-order mark, an event without
/// its final blank line is none. <c>id</c> and <c>retry</c> are read over: no API here resumes a stream. Allocates nothing once its buffers have grown. Not thread-safe.
/// </summary>
/// <param name="maxEventBytes">What the data of one event may have; also the length of a line.</param>
public sealed class SseEventReader(int maxEventBytes = LineReader.DefaultMaxBytes)
{
    private readonly LineReader _lines = new(maxEventBytes);
    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly ArrayBufferWriter<byte> _type = new(32);
    private bool _dispatched;
    private bool _started;
    private bool _overflowed;

    /// <summary>An event was larger than allowed; nothing more is read.</summary>
    public bool Overflowed => _overflowed || _lines.Overflowed;

    /// <summary>An event has begun whose end has not come.</summary>
    public bool IsInside => _lines.IsInside || (_data.WrittenCount > 0 && !_dispatched);

    /// <summary>Takes the next event from the front of <paramref name="bytes"/>. False: the bytes are used up, and what they began is kept for the next call.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out SseEvent next)
    {
        if (_dispatched) Forget();
        while (!_overflowed && _lines.TryRead(ref bytes, out var line))
        {
            if (!_started) line = WithoutMark(line);
            if (!line.IsEmpty)
            {
                Field(line);
                continue;
            }

            // Every data line left a line feed behind it: none at all means no event, one alone an event with empty data.
            _dispatched = true;
            if (_data.WrittenCount > 0)
            {
                next = new SseEvent(_type.WrittenSpan, _data.WrittenSpan[..^1]);
                return true;
            }

            Forget();
        }

        next = default;
        bytes = default;
        return false;
    }

    private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> firstLine)
    {
        _started = true;
        return firstLine.StartsWith("\uFEFF"u8) ? firstLine[3..] : firstLine;
    }

    private void Field(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon == 0) return; // a comment
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ') value = value[1..];
        if (name.SequenceEqual("data"u8))
        {
            _overflowed = _data.WrittenCount + value.Length > maxEventBytes;
            if (_overflowed) return;
            _data.Write(value);
            _data.Write("\n"u8);
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type.ResetWrittenCount();
            _type.Write(value);
        }
    }

    private void Forget()
    {
        _data.ResetWrittenCount();
        _type.ResetWrittenCount();
        _dispatched = false;
    }
}
