using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Metering.Journal;
using Gateway.Metering.Pricing;

namespace Gateway.Metering;

/// <summary>What was found in the segments of a former process.</summary>
/// <param name="Rows">Rows that were read; those that the store had already are among them.</param>
/// <param name="Damaged">Stretches that were no records: the one a kill tore, or what a power loss left.</param>
/// <param name="Unknown">Whole records of a kind or version that this program does not know; skipped.</param>
/// <param name="InDoubt">Attempts that were under way when the process died: what they came to is not known, and a row says so.</param>
internal readonly record struct RecoverySummary(int Segments, long Rows, long Damaged, long Unknown, long InDoubt = 0);

/// <summary>Moves rows from the journal into the store, batch by batch, and keeps book of the attempts that have none yet. One thread.</summary>
internal sealed class LedgerImporter
{
    /// <summary>Rows a transaction has at most.</summary>
    /// <remarks>1024: about 2 ms; from some hundred rows on a larger one is no cheaper per row.</remarks>
    private const int MaxBatch = 1024;

    private readonly MappedJournal _journal;
    private readonly ILedgerStore _store;
    private readonly LedgerOptions _options;
    private readonly PriceBook _prices;
    private readonly HashSet<string> _pricesSaved = new(StringComparer.Ordinal);
    private readonly NameCache _names = new();
    private readonly OpenHolds _holds = new();
    private readonly CarriedHolds _carried;
    private readonly List<LedgerRow> _rows = new(MaxBatch);
    private readonly PositionWaiters _positions = new();
    private readonly TaskCompletionSource<RecoverySummary> _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecoverySummary _recovery;
    private long _imported;
    private int _segmentsToRecover;
    private Segment? _seen;

    public LedgerImporter(MappedJournal journal, ILedgerStore store, LedgerOptions options, PriceBook prices)
    {
        _prices = prices;
        _journal = journal;
        _store = store;
        _options = options;
        _carried = new(options.JournalDirectory);
        _carried.Read(_holds);
        _segmentsToRecover = journal.RecoveredSegments;
        if (_segmentsToRecover == 0 && _holds.Count == 0)
            _recovered.SetResult(default);
    }

    /// <summary>Completes when everything a former process left is in the store.</summary>
    public Task<RecoverySummary> Recovered => _recovered.Task;

    /// <summary>Records of this process that were moved or skipped.</summary>
    public long Imported => Volatile.Read(ref _imported);

    /// <summary>Whole records of this process that were skipped because their kind or version is not known.</summary>
    public long Unknown { get; private set; }

    /// <summary>What kept the holds of a segment that was used again from being written down; null when all is well.</summary>
    public Exception? CarryFailure { get; private set; }

    /// <summary>Everything before this position is in the store and nothing of it is open; null where an attempt is. After the last batch.</summary>
    public long? SettledTo => _holds.Count == 0 ? _positions.Reached : null;

    public bool IsCaughtUp => _positions.Reached == _journal.Published;

    /// <summary>Completes when everything committed before <paramref name="position"/> is in the store.</summary>
    public Task WaitAsync(long position) => _positions.WaitAsync(position);

    /// <summary>Moves one batch.</summary>
    /// <returns>Whether there may be more.</returns>
    /// <remarks>Throws what the store throws; the batch is then still in the journal.</remarks>
    public bool ImportBatch(CancellationToken cancellationToken)
    {
        if (_segmentsToRecover == 0 && !_recovered.Task.IsCompleted)
            FinishRecovery(cancellationToken);
        var segment = _journal.Oldest();
        // In this order: the end of a segment that is sealed does not move any more.
        var isSealed = segment.IsSealed;
        var end = segment.End;
        if (segment.IsRecovered && segment != _seen)
            SeeImported(segment);
        var reader = segment.Read(segment.Imported, end);
        var (records, unknown) = ReadBatch(ref reader, segment);
        if (_rows.Count > 0)
        {
            SavePrices(cancellationToken);
            Wait(_store.AppendAsync(_rows, cancellationToken));
        }
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

    private (int Records, int Unknown) ReadBatch(ref SegmentReader reader, Segment segment)
    {
        _rows.Clear();
        var (records, unknown) = (0, 0);
        while (_rows.Count < MaxBatch && reader.TryRead(out var record))
        {
            records++;
            if (record is { Kind: JournalRecordKind.SettledRow, Version: RowCodec.Version } && RowCodec.Decode(record.Payload, _names, _journal.Instance) is { } row)
            {
                _rows.Add(row);
                _holds.Close(row.AttemptId);
            }
            else if (record.Kind != JournalRecordKind.Hold || !_holds.Open(record, segment.Sequence))
            {
                unknown++;
            }
        }
        return (records, unknown);
    }

    /// <summary>Before the rows: what a row is priced with is always known.</summary>
    private void SavePrices(CancellationToken cancellationToken)
    {
        List<PriceLine>? missing = null;
        foreach (var row in _rows)
        {
            if (row.PriceVersion is { } version && !_pricesSaved.Contains(version) && _prices.TryGetLine(version, out var line))
                (missing ??= []).Add(new(version, line));
        }
        if (missing is null)
            return;
        Wait(_store.SavePricesAsync([.. missing.Distinct()], cancellationToken));
        _pricesSaved.UnionWith(missing.Select(static p => p.Version));
    }

    /// <summary>A predecessor's holds may stand before what it had imported already.</summary>
    private void SeeImported(Segment segment)
    {
        _seen = segment;
        var reader = segment.Read(JournalFormat.SegmentHeader, segment.Imported);
        while (reader.TryRead(out var record))
        {
            if (record.Kind == JournalRecordKind.Hold)
                _holds.Open(record, segment.Sequence);
            else if (record.Kind == JournalRecordKind.SettledRow && RowCodec.AttemptId(record.Payload) is { } attempt)
                _holds.Close(attempt);
        }
    }

    private void Count(Segment segment, int records, int unknown, int damaged)
    {
        if (segment.IsRecovered)
        {
            _recovery = new(_recovery.Segments, _recovery.Rows + _rows.Count, _recovery.Damaged + damaged, _recovery.Unknown + unknown);
            return;
        }
        Unknown += unknown + damaged;
        Volatile.Write(ref _imported, _imported + records);
    }

    private void Retire(Segment segment)
    {
        Carry(segment.Sequence);
        _journal.Retire(segment);
        if (!segment.IsRecovered)
            return;
        _recovery = _recovery with { Segments = _recovery.Segments + 1 };
        _segmentsToRecover--;
    }

    private void Carry(long segment)
    {
        try
        {
            _carried.Write(_holds.UpTo(segment));
            CarryFailure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Waiting for room would stop the import, which is what makes room. What it costs is a row in doubt, and only if this process is killed.
            CarryFailure = error;
        }
    }

    /// <summary>Gives every attempt that the former process left open the row that says so.</summary>
    private void FinishRecovery(CancellationToken cancellationToken)
    {
        _rows.Clear();
        var unknown = 0;
        foreach (var hold in _holds.Payloads)
        {
            if (RowCodec.Decode(hold.Span, _names, _journal.Instance) is not { } row)
                unknown++;
            else
                _rows.Add(_options.InDoubt == InDoubtPolicy.Release ? row with { Cost = NanoUsd.Zero, Usage = default } : row);
        }
        if (_rows.Count > 0)
            Wait(_store.AppendAsync(_rows, cancellationToken));
        _holds.Clear();
        Carry(long.MaxValue);
        _recovered.SetResult(_recovery with { InDoubt = _rows.Count, Unknown = _recovery.Unknown + unknown });
    }

    /// <summary>This thread belongs to the import: it can wait for a store that goes over the network.</summary>
    private static void Wait(ValueTask<int> append)
    {
        if (append.IsCompleted)
            append.GetAwaiter().GetResult();
        else
            append.AsTask().GetAwaiter().GetResult();
    }

    private static void Wait(ValueTask save) => save.AsTask().GetAwaiter().GetResult();
}
