using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Entities;

/// <summary>Changes entities and puts them in force, and takes those out of force whose time has run out.</summary>
internal sealed class EntityBook : IDisposable
{
    /// <remarks>An hour: a machine's clock can be set, and a timer counts time that passes.</remarks>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly IEntityStore _store;
    private readonly SnapshotSwitch _snapshots;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ITimer _timer;

    public EntityBook(IEntityStore store, SnapshotSwitch snapshots, TimeProvider time, ILogger<EntityBook> logger)
    {
        (_store, _snapshots, _time, _logger) = (store, snapshots, time, logger);
        _timer = time.CreateTimer(static book => ((EntityBook)book!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads what the store has and puts it in force.</summary>
    /// <exception cref="StoreException">The store cannot be read; what was in force stays.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var set = await _store.ReadAllAsync(EntityKinds.All, cancellationToken);
            if (set.Sequence == _snapshots.Entities.Sequence)
                return;
            var before = _time.GetUtcNow();
            _snapshots.Apply(set);
            Arm(before);
            EntityLog.InForce(_logger, set.Sequence, set.Entities.Count);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Makes a change; when this returns it is in force in this process.</summary>
    /// <remarks>Not cancelled once it has begun: a client that leaves must not decide whether a change that is stored is in force.</remarks>
    /// <exception cref="StoreException">The store failed; reading tells whether the change was made.</exception>
    public async Task<EntityWritten> WriteAsync(EntityChange change)
    {
        var written = await _store.WriteAsync(change, CancellationToken.None);
        if (!written.IsDone)
            return written;
        EntityLog.Changed(_logger, change.By.Name, change.Action, change.Name, change.By.RemoteAddress, written.Sequence);
        await RefreshAsync(CancellationToken.None);
        return written;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _refreshing.Dispose();
    }

    /// <summary>Sets the timer to the next end of a raise; without one it stands still.</summary>
    /// <param name="now">Read before the raises were put in force: one that ended meanwhile may be in force, and has to be ended.</param>
    private void Arm(DateTimeOffset now)
    {
        var wait = BudgetRaise.NextEnd(_snapshots.Entities.Entities, now) is not { } end ? Timeout.InfiniteTimeSpan : end - now < LongestSleep ? end - now : LongestSleep;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void End()
    {
        try
        {
            var before = _time.GetUtcNow();
            _snapshots.Reapply();
            Arm(before);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Also a bug: an exception of a timer would end the process, and with it every request.
            EntityLog.NotEnded(_logger, error);
            _timer.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        }
    }
}
