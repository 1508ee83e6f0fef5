using Gateway.Metering.Journal;

namespace Gateway.Metering;

/// <summary>The one thread that brings rows from the journal into the store, and keeps at it while the store fails.</summary>
/// <param name="hasFlusher">Rows that somebody waits for are flushed by somebody else.</param>
internal sealed class LedgerThread(MappedJournal journal, LedgerImporter importer, WriterSignal signal, LedgerOptions options, bool hasFlusher, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>First pause after a failed write; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>5 s, or the sync interval where that is shorter: the journal is flushed at every attempt.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Attempts a stopping process makes before it leaves the rest in the journal: about 3 s, where each fails at once.</summary>
    private const int AttemptsWhileStopping = 6;

    /// <summary>After this no further attempt is made, however few there were: a server that does not answer takes 3 s and more for each, and an orchestrator kills after 30.</summary>
    private static readonly TimeSpan AttemptTimeWhileStopping = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private long _stoppingSince;
    private volatile bool _flushBroken;
    private volatile bool _failing;
    private bool _cannotGrow;
    private bool _cannotCarry;
    /// <summary>Everything appended before this is on the disk.</summary>
    private long _durableSince = time.GetTimestamp();
    private long _skippedSeen;

    /// <summary>Rows that are not in the store.</summary>
    public long Queued => Math.Max(0, journal.Appended - importer.Imported);

    public bool IsStopping => _stopping;

    /// <summary>Whether the store did not take the last batch.</summary>
    public bool IsFailing => _failing;

    /// <summary>A flush of the journal failed: rows are durable only once they are in the store.</summary>
    public bool IsFlushBroken => _flushBroken;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "ledger writer" }.Start();

    /// <summary>Brings everything into the store and ends. Where the store does not take it, it stays in the journal.</summary>
    /// <param name="cancellationToken">Ends the attempts early.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_stopping)
            Volatile.Write(ref _stoppingSince, time.GetTimestamp());
        _stopping = true;
        signal.Hurry();
        await using (cancellationToken.Register(() => { _abandon.Cancel(); signal.Hurry(); }))
            await _finished.Task;
    }

    public void FlushFailed(IOException error)
    {
        // After a failed flush the kernel forgets which pages were not written: no later flush can be believed.
        _flushBroken = true;
        LedgerLog.FlushFailed(logger, error);
    }

    public void Dispose() => _abandon.Dispose();

    private void Run()
    {
        var (failures, whileStopping) = (0, 0);
        while (true)
        {
            var failure = ImportAll();
            if (failure is null)
            {
                if (failures > 0)
                    LedgerLog.StoreWorksAgain(logger, failures);
                failures = 0;
                _failing = false;
                if (_stopping && importer.IsCaughtUp)
                    break;
                WaitForRows();
                continue;
            }
            failures++;
            _failing = true;
            if (_abandon.IsCancellationRequested || (_stopping && IsEnough(++whileStopping)))
            {
                FlushJournal();
                LedgerLog.RowsLeft(logger, Queued);
                break;
            }
            // A process that stops does not go on with the long pauses of an outage.
            Pause(failure, whileStopping > 0 ? whileStopping : failures);
        }
        _finished.SetResult();
    }

    /// <summary>Whether a stopping process has asked often or long enough.</summary>
    private bool IsEnough(int failures) => failures >= AttemptsWhileStopping || time.GetElapsedTime(Volatile.Read(ref _stoppingSince)) >= AttemptTimeWhileStopping;

    /// <summary>Moves all there is; the exception is the store's.</summary>
    private Exception? ImportAll()
    {
        var wasRecovered = importer.Recovered.IsCompleted;
        long began;
        try
        {
            do
            {
                signal.BeginRound();
                Provision();
                FlushIfDue();
                began = time.GetTimestamp();
            }
            while (importer.ImportBatch(_abandon.Token));
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
        if (!wasRecovered && importer.Recovered.IsCompletedSuccessfully)
        {
            var found = importer.Recovered.Result;
            LedgerLog.Recovered(logger, found.Rows, found.Segments, found.InDoubt, found.Damaged, found.Unknown);
        }
        if (importer.CarryFailure is { } failure && !_cannotCarry)
            LedgerLog.HoldsNotCarried(logger, failure);
        _cannotCarry = importer.CarryFailure is not null;
        if (importer.Unknown == _skippedSeen)
            return;
        LedgerLog.RecordsSkipped(logger, importer.Unknown - _skippedSeen);
        _skippedSeen = importer.Unknown;
    }

    private void WaitForRows()
    {
        signal.BecomeIdle();
        if (importer.IsCaughtUp && !signal.IsHurried && !_stopping)
        {
            signal.Wait(_cannotGrow ? LongestPause : Timeout.InfiniteTimeSpan);
            _durableSince = time.GetTimestamp();
        }
        signal.BecomeBusy();
        if (!signal.IsHurried && !_stopping)
            signal.Wait(options.Linger);
    }

    private void Pause(Exception failure, int failures)
    {
        var longest = options.Interval < LongestPause ? options.Interval : LongestPause;
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = pause < longest ? pause : longest;
        // Loud, and then less and less often: 1, 2, 4, 8 …
        if ((failures & (failures - 1)) == 0)
            LedgerLog.StoreFailed(logger, failure, failures, Queued, pause);
        FlushJournal();
        signal.Wait(pause);
    }

    private void Provision()
    {
        var failure = journal.Provision();
        if (failure is not null && !_cannotGrow)
            LedgerLog.JournalCannotGrow(logger, failure);
        _cannotGrow = failure is not null;
    }

    /// <summary>Keeps the promise of the interval while a long backlog is being imported.</summary>
    private void FlushIfDue()
    {
        if (time.GetElapsedTime(_durableSince) >= options.Interval)
            FlushJournal();
    }

    private void FlushJournal()
    {
        // With a flusher, rows that somebody waits for are flushed already.
        if (hasFlusher || _flushBroken)
            return;
        try
        {
            journal.Flush();
            _durableSince = time.GetTimestamp();
        }
        catch (IOException error)
        {
            FlushFailed(error);
        }
    }
}
