using System.Buffers.Binary;

namespace Gateway.Metering.Journal;

/// <summary>A committed record whose check sum is right.</summary>
internal readonly ref struct JournalRecord(ReadOnlySpan<byte> bytes)
{
    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public JournalRecordKind Kind => (JournalRecordKind)Bytes[JournalFormat.KindAt];

    public byte Version => Bytes[JournalFormat.VersionAt];

    public ReadOnlySpan<byte> Payload => Bytes[JournalFormat.RecordHeader..];
}

/// <summary>Walks over the records of a segment. What is no record is stepped over until one comes: damage costs what it hit and nothing behind it.</summary>
internal ref struct SegmentReader(ReadOnlySpan<byte> bytes, uint generation, int offset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private bool _inDamage;

    /// <summary>Where the next record is looked for.</summary>
    public int Offset { get; private set; } = offset;

    /// <summary>Stretches that are neither zero nor a record: torn by a kill in the middle of a write (at most one, at the end), by a power loss, or by the disk.</summary>
    public int Damaged { get; private set; }

    public bool TryRead(out JournalRecord record)
    {
        while (_bytes.Length - Offset >= JournalFormat.RecordHeader)
        {
            if (TryReadAt(_bytes[Offset..], out record, out var length))
            {
                Offset += JournalFormat.Align(length);
                _inDamage = false;
                return true;
            }
            Skip();
        }
        Offset = _bytes.Length;
        record = default;
        return false;
    }

    private readonly bool TryReadAt(ReadOnlySpan<byte> at, out JournalRecord record, out int length)
    {
        record = default;
        length = BinaryPrimitives.ReadInt32LittleEndian(at);
        if (length < JournalFormat.RecordHeader || length > JournalFormat.MaxRecord || length > at.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(at[JournalFormat.GenerationAt..]) != generation
            || BinaryPrimitives.ReadUInt32LittleEndian(at[JournalFormat.CrcAt..]) != Crc32C.Compute(at[JournalFormat.KindAt..length]))
            return false;
        record = new(at[..length]);
        return true;
    }

    /// <summary>Over zeros as far as they go, over anything else by one place.</summary>
    private void Skip()
    {
        var zeros = _bytes[Offset..].IndexOfAnyExcept((byte)0);
        if (zeros < 0)
        {
            Offset = _bytes.Length;
            return;
        }
        if (zeros >= 8)
        {
            Offset += zeros & ~7;
            return;
        }
        if (!_inDamage)
            Damaged++;
        _inDamage = true;
        Offset += 8;
    }
}
