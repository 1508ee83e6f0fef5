using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Entities;

/// <summary>Changes entities and puts them in force.</summary>
internal sealed class EntityBook(IEntityStore store, SnapshotSwitch snapshots, ILogger<EntityBook> logger) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1);

    /// <summary>Reads what the store has and puts it in force.</summary>
    /// <exception cref="StoreException">The store cannot be read; what was in force stays.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var set = await store.ReadAllAsync(EntityKinds.All, cancellationToken);
            if (set.Sequence == snapshots.Entities.Sequence)
                return;
            snapshots.Apply(set);
            EntityLog.InForce(logger, set.Sequence, set.Entities.Count);
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
        var written = await store.WriteAsync(change, CancellationToken.None);
        if (!written.IsDone)
            return written;
        EntityLog.Changed(logger, change.By.Name, change.Action, change.Name, change.By.RemoteAddress, written.Sequence);
        await RefreshAsync(CancellationToken.None);
        return written;
    }

    public void Dispose() => _refreshing.Dispose();
}
