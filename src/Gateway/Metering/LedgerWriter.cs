using Gateway.Core.Stores;
using Gateway.Metering.Journal;
using Gateway.Metering.Pricing;

namespace Gateway.Metering;

/// <summary>
/// The ledger as the pipeline sees it: rows go into the journal, from where one thread brings them into the store. See docs/ledger.md.
/// </summary>
internal sealed class LedgerWriter : ILedger, IAsyncDisposable
{
    /// <summary>First pause after a failed write; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>5 s, or the sync interval where that is shorter: the journal is flushed at every attempt.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Attempts a stopping process makes before it leaves the rest in the journal: about 3 s.</summary>
    private const int AttemptsWhileStopping = 6;

    [ThreadStatic]
    private static byte[]? s_buffer;

    private readonly MappedJournal _journal;
    private readonly LedgerImporter _importer;
    private readonly JournalFlusher? _flusher;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isIdle;
    private int _isDisposed;
    private volatile bool _hurry;
    private volatile bool _stopping;
    private volatile bool _flushBroken;
    private volatile bool _failing;
    private bool _cannotGrow;
    private bool _cannotCarry;
    /// <summary>Everything appended before this is on the disk.</summary>
    private long _durableSince;
    private long _skippedSeen;
    private long _dropped;

    private LedgerWriter(ILedgerStore store, LedgerOptions options, PriceBook prices, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _durableSince = time.GetTimestamp();
        _journal = MappedJournal.Open(options, Hurry);
        _importer = new(_journal, store, options, prices);
        if (options.WaitForDisk)
            _flusher = new(_journal, FlushFailed);
        foreach (var path in _journal.SetAside)
            LedgerLog.SegmentSetAside(logger, path);
        new Thread(Run) { IsBackground = true, Name = "ledger writer" }.Start();
    }

    /// <summary>Completes when everything that a former process left is in the store; until then sums over the ledger miss it. Rows can be appended at once.</summary>
    public Task<RecoverySummary> Recovered => _importer.Recovered;

    /// <summary>What this gateway is called in its rows, at every start the same.</summary>
    public string Instance => _journal.Instance;

    public bool IsAvailable => !_stopping && _journal.HasReserve;

    public bool IsFailing => _failing;

    public long QueueLength => Math.Max(0, _journal.Appended - _importer.Imported);

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Brings the store's schema up to date, takes the journal and starts the writer. The store stays the caller's; dispose it after this.</summary>
    /// <exception cref="StoreException">The store or the journal cannot be used; the message says why.</exception>
    public static async Task<LedgerWriter> StartAsync(
        ILedgerStore store, LedgerOptions options, PriceBook prices, TimeProvider time, ILogger<LedgerWriter> logger, CancellationToken cancellationToken)
    {
        options.Validate();
        await store.MigrateAsync(cancellationToken);
        return new(store, options, prices, time, logger);
    }

    public ValueTask AppendAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (!TryAppend(row))
            return new(AppendWhenThereIsRoomAsync(row, cancellationToken));
        return _flusher is null ? ValueTask.CompletedTask : new(WaitDurableAsync(_flusher, cancellationToken));
    }

    public async ValueTask<bool> WaitImportedAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var imported = _importer.WaitAsync(_journal.Published);
        if (imported.IsCompleted)
            return true;
        Hurry();
        try
        {
            await imported.WaitAsync(atMost, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Brings everything into the store and ends the writer. Where the store does not take it, it stays in the journal for the next start.</summary>
    /// <param name="cancellationToken">Ends the attempts early.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        Hurry();
        await using (cancellationToken.Register(() => { _abandon.Cancel(); Hurry(); }))
            await _finished.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await StopAsync(CancellationToken.None);
        _flusher?.Dispose();
        if (_importer.SettledTo is { } position)
            _journal.RetireUpTo(position);
        _journal.Dispose();
        _abandon.Dispose();
    }

    public bool TryOpen(LedgerRow inDoubt) => !_stopping && TryAppend(inDoubt, JournalRecordKind.Hold);

    private bool TryAppend(LedgerRow row, JournalRecordKind kind = JournalRecordKind.SettledRow)
    {
        var buffer = s_buffer ??= new byte[JournalFormat.MaxRecord];
        if (!_journal.TryAppend(RowCodec.Encode(row, buffer, kind)))
            return false;
        // The writer says that it is idle, then looks for rows; this commits a row, then looks for an idle writer. With a barrier in both, one of them sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isIdle) != 0 && Interlocked.Exchange(ref _isIdle, 0) != 0)
            _wake.Set();
        return true;
    }

    private async Task AppendWhenThereIsRoomAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        while (true)
        {
            var room = _journal.Room;
            if (TryAppend(row))
                break;
            Hurry();
            try
            {
                await room.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _dropped);
                LedgerLog.RowDropped(_logger, row.AttemptId);
                throw;
            }
        }
        if (_flusher is not null)
            await WaitDurableAsync(_flusher, cancellationToken);
    }

    private async Task WaitDurableAsync(JournalFlusher flusher, CancellationToken cancellationToken)
    {
        if (!_flushBroken)
        {
            try
            {
                await flusher.WaitAsync().WaitAsync(cancellationToken);
                return;
            }
            catch (IOException) when (_flushBroken)
            {
                // Logged where it happened. The store flushes too, its own file: the row is durable when it is there.
                Hurry();
            }
        }
        Hurry();
        await _importer.WaitAsync(_journal.Published).WaitAsync(cancellationToken);
    }

    private void FlushFailed(IOException error)
    {
        // After a failed flush the kernel forgets which pages were not written: no later flush can be believed.
        _flushBroken = true;
        LedgerLog.FlushFailed(_logger, error);
    }

    /// <summary>Wakes the writer and keeps it from lingering.</summary>
    private void Hurry()
    {
        _hurry = true;
        _wake.Set();
    }

    private void Run()
    {
        var failures = 0;
        while (true)
        {
            var failure = ImportAll();
            if (failure is null)
            {
                if (failures > 0)
                    LedgerLog.StoreWorksAgain(_logger, failures);
                failures = 0;
                _failing = false;
                if (_stopping && _importer.IsCaughtUp)
                    break;
                WaitForRows();
                continue;
            }
            failures++;
            _failing = true;
            if (_abandon.IsCancellationRequested || (_stopping && failures >= AttemptsWhileStopping))
            {
                FlushJournal();
                LedgerLog.RowsLeft(_logger, QueueLength);
                break;
            }
            Pause(failure, failures);
        }
        _finished.SetResult();
    }

    /// <summary>Moves all there is; the exception is the store's.</summary>
    private Exception? ImportAll()
    {
        var wasRecovered = _importer.Recovered.IsCompleted;
        long began;
        try
        {
            do
            {
                // Before the batch looks for rows: a call after this line makes another round.
                _hurry = false;
                Provision();
                FlushIfDue();
                began = _time.GetTimestamp();
            }
            while (_importer.ImportBatch(_abandon.Token));
            _durableSince = began;
            Provision();
            return null;
        }
        // Whatever it is, the rows are still in the journal: it is logged, and tried again.
        catch (Exception error)
        {
            return error;
        }
        finally
        {
            Report(wasRecovered);
        }
    }

    private void Report(bool wasRecovered)
    {
        if (!wasRecovered && _importer.Recovered.IsCompletedSuccessfully)
        {
            var found = _importer.Recovered.Result;
            LedgerLog.Recovered(_logger, found.Rows, found.Segments, found.InDoubt, found.Damaged, found.Unknown);
        }
        if (_importer.CarryFailure is { } failure && !_cannotCarry)
            LedgerLog.HoldsNotCarried(_logger, failure);
        _cannotCarry = _importer.CarryFailure is not null;
        if (_importer.Unknown == _skippedSeen)
            return;
        LedgerLog.RecordsSkipped(_logger, _importer.Unknown - _skippedSeen);
        _skippedSeen = _importer.Unknown;
    }

    private void WaitForRows()
    {
        Interlocked.Exchange(ref _isIdle, 1);
        if (_importer.IsCaughtUp && !_hurry && !_stopping)
        {
            _wake.WaitOne(_cannotGrow ? LongestPause : Timeout.InfiniteTimeSpan);
            _durableSince = _time.GetTimestamp();
        }
        Volatile.Write(ref _isIdle, 0);
        if (!_hurry && !_stopping)
            _wake.WaitOne(_options.Linger);
    }

    private void Pause(Exception failure, int failures)
    {
        var longest = _options.Interval < LongestPause ? _options.Interval : LongestPause;
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = pause < longest ? pause : longest;
        // Loud, and then less and less often: 1, 2, 4, 8 …
        if ((failures & (failures - 1)) == 0)
            LedgerLog.StoreFailed(_logger, failure, failures, QueueLength, pause);
        FlushJournal();
        _wake.WaitOne(pause);
    }

    private void Provision()
    {
        var failure = _journal.Provision();
        if (failure is not null && !_cannotGrow)
            LedgerLog.JournalCannotGrow(_logger, failure);
        _cannotGrow = failure is not null;
    }

    /// <summary>Keeps the promise of the interval while a long backlog is being imported.</summary>
    private void FlushIfDue()
    {
        if (_time.GetElapsedTime(_durableSince) >= _options.Interval)
            FlushJournal();
    }

    private void FlushJournal()
    {
        // With a flusher, rows that somebody waits for are flushed already.
        if (_flusher is not null || _flushBroken)
            return;
        try
        {
            _journal.Flush();
            _durableSince = _time.GetTimestamp();
        }
        catch (IOException error)
        {
            FlushFailed(error);
        }
    }
}
