using Gateway.Core.Stores;
using Gateway.Routing;

namespace Gateway.Metering;

/// <summary>Adds rows up by day and deletes them when they are older than <c>telemetry.retention</c>; without it nothing is ever deleted.</summary>
internal sealed class LedgerRetention(ILedgerStore store, SnapshotHolder snapshots, TimeProvider time, ILogger<LedgerRetention> logger) : IAsyncDisposable
{
    /// <summary>Rows a transaction takes: 2,000, some ten milliseconds in which nobody else writes.</summary>
    public const int Batch = 2000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly PeriodicTimer _timer = new(Interval, time);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Everything that is too old now.</summary>
    /// <returns>How many rows were added up.</returns>
    /// <exception cref="StoreException">The store failed; what was not done is done in an hour.</exception>
    public async Task<long> ApplyAsync(CancellationToken cancellationToken)
    {
        if (snapshots.Current.Config.Telemetry.Retention is not { } kept)
            return 0;
        // Whole days: what is added up by day can be asked for by day.
        var before = new DateTimeOffset((time.GetUtcNow() - kept).UtcDateTime.Date, TimeSpan.Zero);
        var (all, moved) = (0L, Batch);
        while (moved == Batch)
        {
            moved = await store.CompactAsync(before, Batch, cancellationToken);
            all += moved;
        }
        if (all > 0)
            LedgerLog.RowsAddedUp(logger, all, before);
        return all;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _timer.Dispose();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                await ApplyAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException error)
            {
                LedgerLog.RowsNotAddedUp(logger, error);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // A bug of ours: without this loop rows would be kept for ever, and nobody would be told.
                LedgerLog.RetentionFailed(logger, error);
            }
        }
    }
}
