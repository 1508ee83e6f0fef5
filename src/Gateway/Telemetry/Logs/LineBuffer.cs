using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Gateway.Telemetry.Metrics;

namespace Gateway.Telemetry.Logs;

/// <summary>Builds one log line as UTF-8, on the stack first and in a pooled array when it grows. No text can end the line or leave its quotes.</summary>
internal ref struct LineBuffer(Span<byte> initial)
{
    /// <summary>UTF-16 units of one text that are shown.</summary>
    /// <remarks>8 Ki: a stack trace fits; a path or name sent to flood the log does not.</remarks>
    private const int MaxText = 8 * 1024;

    /// <summary>What stands in a JSON string as it is: printable ASCII but quote, backslash, and what HTML viewers of logs could read as markup.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~");

    // Letters of every script stay readable; control characters, U+2028, quotes and backslashes do not get through, lone surrogates become U+FFFD.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    private Span<byte> _span = initial;
    private byte[]? _rented;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _span[.._length];

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    public void Append(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        _length += written;
    }

    /// <summary>A whole number as a decimal fraction (<see cref="FixedPoint"/>).</summary>
    public void Append(long value, int decimals) => _length += FixedPoint.Format(value, decimals, Room(FixedPoint.MaxLength));

    /// <summary>UTC, RFC 3339.</summary>
    public void Append(DateTimeOffset time)
    {
        time.UtcDateTime.TryFormat(Room(33), out var written, "O", System.Globalization.CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>Text, escaped as for the inside of a JSON string; cut after 8,192 units.</summary>
    public void AppendEscaped(scoped ReadOnlySpan<char> text)
    {
        var cut = text.Length > MaxText;
        if (cut)
            text = text[..MaxText];
        if (text.ContainsAnyExcept(Plain))
        {
            Encode(text);
        }
        else
        {
            Ascii.FromUtf16(text, Room(text.Length), out var written);
            _length += written;
        }
        if (cut)
            Append("[cut]"u8);
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private void Encode(scoped ReadOnlySpan<char> text)
    {
        Span<char> escaped = stackalloc char[256];
        while (!text.IsEmpty)
        {
            Encoder.Encode(text, escaped, out var consumed, out var written);
            text = text[consumed..];
            _length += Encoding.UTF8.GetBytes(escaped[..written], Room(written * 3));
        }
    }

    private Span<byte> Room(int bytes)
    {
        if (_span.Length - _length < bytes)
            Grow(bytes);
        return _span[_length..];
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_span.Length * 2, _length + bytes));
        Written.CopyTo(larger);
        Dispose();
        _span = _rented = larger;
    }
}
