using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Metering.Journal;

/// <summary>The journal's directory: finds, prepares, reuses and removes segment files. One thread.</summary>
/// <param name="flushPrepared">Whether a prepared segment is brought to the disk at once, so that the first flush of a row does not have to write the zeros too.</param>
internal sealed class SegmentFiles(string directory, int segmentBytes, bool flushPrepared)
{
    private const string Pattern = "journal-*.seg";

    /// <summary>Files kept for reuse beside those in use; the ones above are deleted after a backlog.</summary>
    private const int BlanksKept = 2;

    /// <summary>Zeros are written in pieces of this size: large enough that the calls do not count.</summary>
    private static readonly byte[] Zeros = new byte[256 * 1024];

    private readonly Queue<string> _blanks = new();
    private int _lastNumber;

    /// <summary>Segment files in the directory.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a segment can be prepared without room on the disk.</summary>
    public bool HasBlank => _blanks.Count > 0;

    /// <summary>Files whose header was destroyed; they were renamed and stay for inspection.</summary>
    public IReadOnlyList<string> SetAside => _setAside;

    private readonly List<string> _setAside = [];

    /// <summary>Opens what a former process left: the segments with records that may still be needed, oldest first.</summary>
    public IReadOnlyList<Segment> OpenExisting()
    {
        var found = new List<Segment>();
        foreach (var path in Directory.EnumerateFiles(directory, Pattern).Order(StringComparer.Ordinal))
        {
            Count++;
            _lastNumber = Math.Max(_lastNumber, NumberOf(path));
            if (TryOpen(path) is not { } segment)
                continue;
            LastSequence = Math.Max(LastSequence, segment.Sequence);
            if (!segment.IsRetired && segment.HasRecords)
            {
                segment.Recover();
                found.Add(segment);
            }
            else
            {
                segment.Dispose();
                _blanks.Enqueue(path);
            }
        }
        return [.. found.OrderBy(static s => s.Sequence)];
    }

    /// <summary>The highest sequence in use.</summary>
    public long LastSequence { get; private set; }

    /// <summary>A segment of zeros with the next sequence, its blocks really on the disk.</summary>
    /// <exception cref="IOException">No room, or the directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public Segment Prepare()
    {
        var isNew = !_blanks.TryPeek(out var path);
        path ??= Path.Combine(directory, $"journal-{_lastNumber + 1:D6}.seg");
        var file = OpenOfRightSize(path);
        try
        {
            for (long at = 0; at < segmentBytes; at += Zeros.Length)
                RandomAccess.Write(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, segmentBytes - at)), at);
            WriteHeader(file, LastSequence + 1);
            if (flushPrepared)
                RandomAccess.FlushToDisk(file);
            var segment = new Segment(path, file, segmentBytes);
            LastSequence++;
            if (isNew)
                (Count, _lastNumber) = (Count + 1, _lastNumber + 1);
            else
                _blanks.Dequeue();
            return segment;
        }
        catch
        {
            file.Dispose();
            if (isNew)
                File.Delete(path);
            throw;
        }
    }

    /// <summary>Takes back a segment whose every record is in the store.</summary>
    public void Release(Segment segment)
    {
        segment.MarkRetired();
        segment.Dispose();
        if (_blanks.Count < BlanksKept)
        {
            _blanks.Enqueue(segment.Path);
            return;
        }
        Count--;
        File.Delete(segment.Path);
    }

    private Segment? TryOpen(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var length = RandomAccess.GetLength(file);
        if (length is > JournalFormat.SegmentHeader and <= int.MaxValue && HasHeader(file))
            return new(path, file, (int)length);
        var isBlank = IsZero(file, length);
        file.Dispose();
        if (isBlank)
        {
            // A process was killed while it prepared this one.
            _blanks.Enqueue(path);
            return null;
        }
        var aside = path + ".damaged";
        File.Move(path, aside, overwrite: true);
        _setAside.Add(aside);
        Count--;
        return null;
    }

    private SafeFileHandle OpenOfRightSize(string path)
    {
        if (new FileInfo(path) is { Exists: true } existing)
        {
            if (existing.Length == segmentBytes)
                return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            existing.Delete();
        }
        // Fails here, and not by a signal later, where the disk has no room. Not all file systems can preallocate: the zeros make up for it.
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.None, segmentBytes);
    }

    private static void WriteHeader(SafeFileHandle file, long sequence)
    {
        Span<byte> header = stackalloc byte[JournalFormat.SegmentHeader];
        header.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, JournalFormat.Magic);
        BinaryPrimitives.WriteInt64LittleEndian(header[JournalFormat.SequenceAt..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[JournalFormat.HeaderCrcAt..], Crc32C.Compute(header[..JournalFormat.HeaderCrcAt]));
        BinaryPrimitives.WriteInt64LittleEndian(header[JournalFormat.ImportedAt..], JournalFormat.SegmentHeader);
        RandomAccess.Write(file, header, 0);
    }

    private static bool HasHeader(SafeFileHandle file)
    {
        Span<byte> header = stackalloc byte[JournalFormat.SegmentHeader];
        return RandomAccess.Read(file, header, 0) == header.Length
            && BinaryPrimitives.ReadUInt64LittleEndian(header) == JournalFormat.Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(header[JournalFormat.HeaderCrcAt..]) == Crc32C.Compute(header[..JournalFormat.HeaderCrcAt]);
    }

    private static bool IsZero(SafeFileHandle file, long length)
    {
        var piece = new byte[64 * 1024];
        for (long at = 0; at < length;)
        {
            var read = RandomAccess.Read(file, piece, at);
            if (read == 0)
                return true;
            if (piece.AsSpan(0, read).ContainsAnyExcept((byte)0))
                return false;
            at += read;
        }
        return true;
    }

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan())["journal-".Length..], out var number) ? number : 0;
}
