using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Entities;

/// <summary>Puts in force what other instances changed, within a second.</summary>
internal sealed class EntityWatcher(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, TimeProvider time, ILogger<EntityWatcher> logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    public void Start() => _watching = Task.Run(WatchAsync, CancellationToken.None);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        var failing = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await store.WaitForChangeAsync(snapshots.Entities.Sequence, _stop.Token);
                await book.RefreshAsync(_stop.Token);
                if (failing)
                    EntityLog.StoreWorksAgain(logger);
                failing = false;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Also a bug in applying one set: the next one may be good, and keys of the file go on working.
                if (!failing)
                    EntityLog.StoreFailed(logger, error);
                failing = true;
                await Task.Delay(RetryInterval, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // a stop ends the loop
            }
        }
    }
}
