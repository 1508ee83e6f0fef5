using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Metering.Journal;

/// <summary>
/// One file of the journal. Appenders write under the journal's lock; the importer alone reads, and only below <see cref="End"/>.
/// </summary>
internal sealed class Segment : IDisposable
{
    /// <summary>Stands where the imported position stood.</summary>
    private const long Retired = -1;

    private readonly SafeFileHandle _file;
    private readonly SegmentMapping _mapping;
    private int _end;
    private int _flushed;
    private volatile bool _sealed;

    /// <summary>Maps a file whose header is in order, and owns it from then on.</summary>
    public Segment(string path, SafeFileHandle file, int capacity)
    {
        Path = path;
        Capacity = capacity;
        _file = file;
        _mapping = new(file, capacity);
        Sequence = BinaryPrimitives.ReadInt64LittleEndian(_mapping.Bytes[JournalFormat.SequenceAt..]);
        var imported = BinaryPrimitives.ReadInt64LittleEndian(_mapping.Bytes[JournalFormat.ImportedAt..]);
        // Not under the header's check sum, because it moves: what cannot be true means "from the start", which importing twice makes harmless.
        IsRetired = imported == Retired;
        Imported = imported >= JournalFormat.SegmentHeader && imported <= capacity && imported % 8 == 0 ? (int)imported : JournalFormat.SegmentHeader;
        _end = JournalFormat.SegmentHeader;
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public int Capacity { get; }

    /// <summary>Grows by one with each use of a segment; the order of use.</summary>
    public long Sequence { get; }

    /// <summary>Where the last committed record ends.</summary>
    public int End => Volatile.Read(ref _end);

    /// <summary>Nothing more will be appended; <see cref="End"/> read after this is final.</summary>
    public bool IsSealed => _sealed;

    /// <summary>Left by a process that is gone.</summary>
    public bool IsRecovered { get; private set; }

    /// <summary>Everything before this is in the store. It stands in the file, so that a restart begins here.</summary>
    public int Imported { get; private set; }

    /// <summary>Nobody needs what stands in it: it may be used again.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Whether anything was ever written to it.</summary>
    public bool HasRecords => _mapping.Bytes[JournalFormat.SegmentHeader..].ContainsAnyExcept((byte)0);

    /// <summary>A position in the whole journal; positions of later records are greater.</summary>
    public static long Position(long sequence, int offset) => (sequence << 32) | (uint)offset;

    /// <summary>Commits a record, or leaves everything as it is because there is no room. Under the journal's lock.</summary>
    public bool TryWrite(ReadOnlySpan<byte> record)
    {
        var padded = JournalFormat.Align(record.Length);
        var start = _end;
        if (padded > Capacity - start)
            return false;
        var target = _mapping.Bytes.Slice(start, record.Length);
        record[sizeof(uint)..].CopyTo(target[sizeof(uint)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[JournalFormat.GenerationAt..], (uint)Sequence);
        // The length last: a process killed before this line leaves no record, one killed after it a whole one.
        Volatile.Write(ref MemoryMarshal.AsRef<int>(target), record.Length);
        Volatile.Write(ref _end, start + padded);
        return true;
    }

    public void Seal() => _sealed = true;

    /// <summary>Makes a predecessor's segment readable to the last byte.</summary>
    public void Recover()
    {
        IsRecovered = true;
        _end = Capacity;
        _sealed = true;
    }

    public SegmentReader Read(int from, int end) => new(_mapping.Bytes[..end], (uint)Sequence, from);

    public void MarkRetired()
    {
        IsRetired = true;
        Volatile.Write(ref MemoryMarshal.AsRef<long>(_mapping.Bytes[JournalFormat.ImportedAt..]), Retired);
    }

    public void MarkImported(int offset)
    {
        Imported = offset;
        Volatile.Write(ref MemoryMarshal.AsRef<long>(_mapping.Bytes[JournalFormat.ImportedAt..]), offset);
    }

    /// <summary>Waits until the disk has every record that was committed before the call. One thread at a time.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Flush()
    {
        var end = End;
        if (end == _flushed)
            return;
        DiskFlush.Data(_file, _mapping);
        _flushed = end;
    }

    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }
}
