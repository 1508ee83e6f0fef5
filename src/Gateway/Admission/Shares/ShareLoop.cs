using Gateway.Core.Stores;

namespace Gateway.Admission.Shares;

/// <summary>Lets the others know that this gateway lives, and tends its shares, from the start of the process to its end.</summary>
internal sealed class ShareLoop(ShareBroker broker, AdmissionBook book, IShareStore store, DeadShares dead, TimeProvider time, ILogger<ShareLoop> logger) : IAsyncDisposable
{
    /// <summary>How old what the gauges say about other gateways' spending may be.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ReleaseInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    /// <summary>Leases of spans that ended are kept for who asks what happened.</summary>
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(2);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    // Sums over the ledger take as long as they take; without beats the others would count this gateway as dead, and its requests would wait.
    private Task _releasing = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Gives back what this gateway did not spend. Where the store does not answer, the next start does it.</summary>
    public async Task StopAsync()
    {
        await EndAsync();
        await TryAsync(() => broker.GiveBackAsync(CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
        try
        {
            await _releasing;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What was not given back yet another gateway gives back, or the next start.
        }
    }

    private async Task RunAsync()
    {
        var (beat, refresh, release, prune) = (time.GetTimestamp(), time.GetTimestamp(), time.GetTimestamp(), time.GetTimestamp());
        try
        {
            while (true)
            {
                var wait = ShareTimes.Beat - time.GetElapsedTime(beat);
                if (wait > TimeSpan.Zero)
                    await broker.WaitAsync(wait, _stop.Token);
                var isBeat = time.GetElapsedTime(beat) >= ShareTimes.Beat;
                if (isBeat)
                    beat = time.GetTimestamp();
                await TryAsync(() => broker.ExchangeAsync(isBeat, _stop.Token));
                if (Due(ref refresh, RefreshInterval))
                    await TryAsync(() => broker.RefreshAsync(book.Shares(), _stop.Token));
                if (_releasing.IsCompleted && Due(ref release, ReleaseInterval))
                    _releasing = Task.Run(() => TryAsync(() => dead.ReleaseAsync(_stop.Token)));
                if (Due(ref prune, PruneInterval))
                    await TryAsync(async () => await store.PruneAsync(time.GetUtcNow() - KeptAfterEnd, _stop.Token));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the process.
        }
    }

    private bool Due(ref long last, TimeSpan interval)
    {
        if (broker.IsAway || time.GetElapsedTime(last) < interval)
            return false;
        last = time.GetTimestamp();
        return true;
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (StoreException error) when (broker.IsAway)
        {
            ShareLog.StillAway(logger, error.Message);
        }
        catch (StoreException error)
        {
            ShareLog.NotTidied(logger, error);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug of ours: without this loop no request under a shared limit would ever be admitted again.
            ShareLog.Failed(logger, error);
        }
    }
}
