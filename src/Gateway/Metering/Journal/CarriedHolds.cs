using System.Buffers.Binary;

namespace Gateway.Metering.Journal;

/// <summary>
/// The holds of segments that are used again, whose attempts still run: one small file beside the segments, replaced as a whole. One thread.
/// </summary>
/// <remarks>A magic word, then records as they stood in their segments, with generation 0.</remarks>
internal sealed class CarriedHolds(string directory)
{
    /// <summary>"GWHOLD01".</summary>
    private const ulong Magic = 0x3130_444C_4F48_5747;

    private readonly string _path = Path.Combine(directory, "holds.carried");

    private static ReadOnlySpan<byte> Padding => [0, 0, 0, 0, 0, 0, 0];

    /// <summary>Takes every hold into the book; a file that is damaged or of another layout ends at what can be read.</summary>
    public void Read(OpenHolds into)
    {
        if (!File.Exists(_path))
            return;
        var bytes = File.ReadAllBytes(_path);
        if (bytes.Length < sizeof(ulong) || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
            return;
        var reader = new SegmentReader(bytes, 0, sizeof(ulong));
        while (reader.TryRead(out var record))
        {
            into.Open(record, segment: 0);
        }
    }

    /// <summary>Replaces the file, on the disk when this returns; without any hold there is no file.</summary>
    /// <exception cref="IOException">The disk has no room, or the directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public void Write(IEnumerable<ReadOnlyMemory<byte>> holds)
    {
        if (!holds.Any())
        {
            File.Delete(_path);
            return;
        }
        var pending = _path + ".new";
        using (var file = new FileStream(pending, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Span<byte> magic = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(magic, Magic);
            file.Write(magic);
            foreach (var hold in holds)
            {
                file.Write(hold.Span);
                file.Write(Padding[..(JournalFormat.Align(hold.Length) - hold.Length)]);
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(pending, _path, overwrite: true);
    }
}
