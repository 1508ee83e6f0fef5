using System.Buffers.Binary;
using System.Text;

namespace Gateway.Metering.Journal;

/// <summary>Reads a record's payload. Reading past its end gives zeros and sets <see cref="Failed"/>; nothing throws.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public bool Failed { get; private set; }

    /// <summary>Nothing more was written.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        var bytes = Take(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    public long Fixed()
    {
        var bytes = Take(sizeof(long));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public double Real() => BitConverter.Int64BitsToDouble(Fixed());

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
        Failed = true;
        return 0;
    }

    public string? Text() => TextBytes(out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Text that occurs again and again: one string for all.</summary>
    public string? Name(NameCache names) => TextBytes(out var bytes) ? names.Get(bytes) : null;

    private bool TextBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var prefix = Take(sizeof(ushort));
        if (prefix.IsEmpty || BinaryPrimitives.ReadUInt16LittleEndian(prefix) is var length && length == RecordWriter.NullText)
            return false;
        bytes = Take(length);
        return !Failed;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || _rest.Length < count)
        {
            Failed = true;
            return default;
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
