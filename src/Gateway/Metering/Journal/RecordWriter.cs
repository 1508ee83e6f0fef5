using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Gateway.Metering.Journal;

/// <summary>Builds one record in a buffer of <see cref="JournalFormat.MaxRecord"/> bytes. Text longer than its limit is cut between two characters.</summary>
internal ref struct RecordWriter
{
    /// <summary>The length that stands for null.</summary>
    public const ushort NullText = ushort.MaxValue;

    private readonly Span<byte> _buffer;
    private int _at;

    public RecordWriter(Span<byte> buffer, JournalRecordKind kind, byte version)
    {
        _buffer = buffer;
        _buffer[..JournalFormat.RecordHeader].Clear();
        _buffer[JournalFormat.KindAt] = (byte)kind;
        _buffer[JournalFormat.VersionAt] = version;
        _at = JournalFormat.RecordHeader;
    }

    public void Byte(byte value) => _buffer[_at++] = value;

    public void Fixed(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer[_at..], value);
        _at += sizeof(long);
    }

    public void Fixed(double value) => Fixed(BitConverter.DoubleToInt64Bits(value));

    /// <summary>One byte for numbers from -64 to 63, ten for the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            _buffer[_at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        _buffer[_at++] = (byte)rest;
    }

    /// <returns>Bytes of the text, as written.</returns>
    public int Text(string? value, int limit)
    {
        var length = _buffer[_at..];
        _at += sizeof(ushort);
        if (value is null)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, NullText);
            return 0;
        }
        // Stops between two characters when the space ends; a lone surrogate becomes U+FFFD.
        Utf8.FromUtf16(value, _buffer.Slice(_at, limit), out _, out var written);
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)written);
        _at += written;
        return written;
    }

    /// <summary>Completes the header; the record is what is returned, its length word included.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        var record = _buffer[.._at];
        BinaryPrimitives.WriteUInt32LittleEndian(record[JournalFormat.CrcAt..], Crc32C.Compute(record[JournalFormat.KindAt..]));
        BinaryPrimitives.WriteInt32LittleEndian(record, _at);
        return record;
    }
}
