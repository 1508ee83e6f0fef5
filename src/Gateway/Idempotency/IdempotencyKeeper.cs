using Gateway.Core.Stores;

namespace Gateway.Idempotency;

/// <summary>Upkeep while the process runs: says that it lives, tells the store again what it missed, deletes what has expired.</summary>
internal sealed class IdempotencyKeeper(ClaimBook book, TimeProvider time, ILogger<IdempotencyKeeper> log) : IAsyncDisposable
{
    /// <summary>Rounds between two sweeps: a minute. What is expired is no answer any more, deleted or not.</summary>
    private const int RoundsPerSweep = 12;

    private readonly PeriodicTimer _timer = new(IdempotencyLease.RenewInterval, time);
    private Task _keeping = Task.CompletedTask;

    public void Start() => _keeping = Task.Run(KeepAsync, CancellationToken.None);

    /// <summary>Ends when the last round has.</summary>
    public async Task StopAsync()
    {
        _timer.Dispose();
        await _keeping;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task KeepAsync()
    {
        for (var round = 1; await _timer.WaitForNextTickAsync(CancellationToken.None); round++)
        {
            try
            {
                await book.RenewAsync();
                if (round % RoundsPerSweep == 0) await book.PruneAsync();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                IdempotencyLog.KeeperFailed(log, error);   // a store that fails is told by the book: this is something else, and the process lives on
            }
        }

        await book.RenewAsync();   // the last chance for what the store missed
    }
}
