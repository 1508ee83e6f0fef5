using Gateway.Core.Stores;
using Gateway.Metering.Journal;

namespace Gateway.Metering;

/// <summary>What was found in the segments of a former process.</summary>
/// <param name="Rows">Rows that were read; those that the store had already are among them.</param>
/// <param name="Damaged">Stretches that were no records: the one a kill tore, or what a power loss left.</param>
/// <param name="Unknown">Whole records of a kind or version that this program does not know; skipped.</param>
internal readonly record struct RecoverySummary(int Segments, long Rows, long Damaged, long Unknown);

/// <summary>Moves rows from the journal into the store, batch by batch. One thread.</summary>
internal sealed class LedgerImporter
{
    /// <summary>Rows a transaction has at most.</summary>
    /// <remarks>1024: about 2 ms; from some hundred rows on a larger one is no cheaper per row.</remarks>
    private const int MaxBatch = 1024;

    private readonly MappedJournal _journal;
    private readonly ILedgerStore _store;
    private readonly NameCache _names = new();
    private readonly List<LedgerRow> _rows = new(MaxBatch);
    private readonly PositionWaiters _positions = new();
    private readonly TaskCompletionSource<RecoverySummary> _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecoverySummary _recovery;
    private long _imported;
    private int _segmentsToRecover;

    public LedgerImporter(MappedJournal journal, ILedgerStore store)
    {
        _journal = journal;
        _store = store;
        _segmentsToRecover = journal.RecoveredSegments;
        if (_segmentsToRecover == 0)
            _recovered.SetResult(default);
    }

    /// <summary>Completes when everything a former process left is in the store.</summary>
    public Task<RecoverySummary> Recovered => _recovered.Task;

    /// <summary>Records of this process that were moved or skipped.</summary>
    public long Imported => Volatile.Read(ref _imported);

    /// <summary>Whole records of this process that were skipped because their kind or version is not known.</summary>
    public long Unknown { get; private set; }

    public bool IsCaughtUp => _positions.Reached == _journal.Published;

    /// <summary>Completes when everything committed before <paramref name="position"/> is in the store.</summary>
    public Task WaitAsync(long position) => _positions.WaitAsync(position);

    /// <summary>Moves one batch.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <remarks>Throws what the store throws; the batch is then still in the journal.</remarks>
    public bool ImportBatch(CancellationToken cancellationToken)
    {
        var segment = _journal.Oldest();
        // In this order: the end of a segment that is sealed does not move any more.
        var isSealed = segment.IsSealed;
        var end = segment.End;
        var reader = segment.Read(segment.Imported, end);
        var records = ReadBatch(ref reader);
        var unknown = records - _rows.Count;
        if (_rows.Count > 0)
            Wait(_store.AppendAsync(_rows, cancellationToken));
        if (reader.Offset != segment.Imported)
            segment.MarkImported(reader.Offset);
        Count(segment, records, unknown, reader.Damaged);
        _positions.Advance(Segment.Position(segment.Sequence, reader.Offset));
        if (reader.Offset != end)
            return true;
        if (isSealed)
            Retire(segment);
        return isSealed;
    }

    private int ReadBatch(ref SegmentReader reader)
    {
        _rows.Clear();
        var records = 0;
        while (records < MaxBatch && reader.TryRead(out var record))
        {
            records++;
            if (record is { Kind: JournalRecordKind.SettledRow, Version: RowCodec.Version } && RowCodec.Decode(record.Payload, _names) is { } row)
                _rows.Add(row);
        }
        return records;
    }

    private void Count(Segment segment, int records, int unknown, int damaged)
    {
        if (segment.IsRecovered)
        {
            _recovery = new(_recovery.Segments, _recovery.Rows + records - unknown, _recovery.Damaged + damaged, _recovery.Unknown + unknown);
            return;
        }
        Unknown += unknown + damaged;
        Volatile.Write(ref _imported, _imported + records);
    }

    private void Retire(Segment segment)
    {
        if (segment.IsRecovered)
        {
            _recovery = _recovery with { Segments = _recovery.Segments + 1 };
            if (--_segmentsToRecover == 0)
                _recovered.SetResult(_recovery);
        }
        _journal.Retire(segment);
    }

    /// <summary>This thread belongs to the import: it can wait for a store that goes over the network.</summary>
    private static void Wait(ValueTask<int> append)
    {
        if (append.IsCompleted)
            append.GetAwaiter().GetResult();
        else
            append.AsTask().GetAwaiter().GetResult();
    }
}
