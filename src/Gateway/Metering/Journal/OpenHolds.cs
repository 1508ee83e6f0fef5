using System.Buffers.Binary;

namespace Gateway.Metering.Journal;

/// <summary>Which attempts the journal knows to have begun and not to have settled. One thread: the one that imports, in the order of the records.</summary>
internal sealed class OpenHolds
{
    private readonly Dictionary<string, (long Segment, byte[] Record)> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    /// <param name="record">A hold.</param>
    /// <param name="segment">Sequence of the segment it stands in.</param>
    /// <returns>False where it is not what this program writes.</returns>
    public bool Open(in JournalRecord record, long segment)
    {
        if (record.Version != RowCodec.Version || RowCodec.AttemptId(record.Payload) is not { } attempt)
            return false;
        _open[attempt] = (segment, WithoutGeneration(record.Bytes));
        return true;
    }

    public void Close(string attemptId) => _open.Remove(attemptId);

    /// <summary>The records of holds that stand in that segment or in an earlier one.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> UpTo(long segment) => _open.Values.Where(h => h.Segment <= segment).Select(static h => (ReadOnlyMemory<byte>)h.Record);

    /// <summary>For <see cref="RowCodec.Decode"/>.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Payloads => _open.Values.Select(static h => (ReadOnlyMemory<byte>)h.Record.AsMemory(JournalFormat.RecordHeader));

    public void Clear() => _open.Clear();

    private static byte[] WithoutGeneration(ReadOnlySpan<byte> record)
    {
        var copy = record.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(JournalFormat.GenerationAt), 0);
        return copy;
    }
}
