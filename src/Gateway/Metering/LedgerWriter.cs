using Gateway.Core.Stores;
using Gateway.Metering.Journal;
using Gateway.Metering.Pricing;

namespace Gateway.Metering;

/// <summary>
/// The ledger as the pipeline sees it: rows go into the journal, from where one thread brings them into the store. See docs/ledger.md.
/// </summary>
internal sealed class LedgerWriter : ILedger, IAsyncDisposable
{
    [ThreadStatic]
    private static byte[]? s_buffer;

    private readonly MappedJournal _journal;
    private readonly LedgerImporter _importer;
    private readonly JournalFlusher? _flusher;
    private readonly LedgerThread _thread;
    private readonly WriterSignal _signal = new(new AutoResetEvent(false));
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _isDisposed;
    private long _dropped;

    private LedgerWriter(ILedgerStore store, LedgerOptions options, PriceBook prices, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _journal = MappedJournal.Open(options, _signal.Hurry);
        _importer = new(_journal, store, options, prices);
        _thread = new(_journal, _importer, _signal, options, options.WaitForDisk, time, logger);
        if (options.WaitForDisk)
            _flusher = new(_journal, _thread.FlushFailed);
        foreach (var path in _journal.SetAside)
            LedgerLog.SegmentSetAside(logger, path);
        _thread.Start();
    }

    /// <summary>Completes when everything that a former process left is in the store; until then sums over the ledger miss it. Rows can be appended at once.</summary>
    public Task<RecoverySummary> Recovered => _importer.Recovered;

    /// <summary>What this gateway is called in its rows, at every start the same.</summary>
    public string Instance => _journal.Instance;

    public bool IsAvailable => !_thread.IsStopping && _journal.HasReserve;

    public bool IsFailing => _thread.IsFailing;

    public long QueueLength => _thread.Queued;

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
        _signal.Hurry();
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
    public Task StopAsync(CancellationToken cancellationToken) => _thread.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await StopAsync(CancellationToken.None);
        _flusher?.Dispose();
        if (_importer.SettledTo is { } position)
            _journal.RetireUpTo(position);
        _journal.Dispose();
        _thread.Dispose();
    }

    public bool TryOpen(LedgerRow inDoubt) => !_thread.IsStopping && TryAppend(inDoubt, JournalRecordKind.Hold);

    private bool TryAppend(LedgerRow row, JournalRecordKind kind = JournalRecordKind.SettledRow)
    {
        var buffer = s_buffer ??= new byte[JournalFormat.MaxRecord];
        if (!_journal.TryAppend(RowCodec.Encode(row, buffer, kind)))
            return false;
        _signal.RowIsThere();
        return true;
    }

    private async Task AppendWhenThereIsRoomAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        while (true)
        {
            var room = _journal.Room;
            if (TryAppend(row))
                break;
            _signal.Hurry();
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
        if (!_thread.IsFlushBroken)
        {
            try
            {
                await flusher.WaitAsync().WaitAsync(cancellationToken);
                return;
            }
            catch (IOException) when (_thread.IsFlushBroken)
            {
                // Logged where it happened. The store flushes too, its own file: the row is durable when it is there.
                _signal.Hurry();
            }
        }
        _signal.Hurry();
        await _importer.WaitAsync(_journal.Published).WaitAsync(cancellationToken);
    }
}
