namespace Gateway.Core.Stores;

/// <summary>What the admin API owns (keys, teams), and who changed it. Beside the ledger, in the same database.</summary>
public interface IEntityStore : IAsyncDisposable
{
    /// <summary>Brings the schema up to date; safe to call again, and safe to be killed in.</summary>
    ValueTask MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Changes one entity and appends the audit entry, in one transaction.</summary>
    /// <returns>What stands there now; a conflict changed nothing and left no entry.</returns>
    /// <exception cref="StoreException">The store failed; whether the change was made is not known, reading tells.</exception>
    ValueTask<EntityWritten> WriteAsync(EntityChange change, CancellationToken cancellationToken);

    /// <summary>Every entity of these kinds, by kind and name, and the change sequence they belong to.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<EntitySet> ReadAllAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken);

    /// <summary>One entity; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<Entity?> ReadAsync(string kind, string name, CancellationToken cancellationToken);

    /// <summary>One page of the audit, newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<AuditPage> ReadAuditAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Completes when the change sequence is beyond this one, whoever made the change.</summary>
    /// <exception cref="StoreException">The store cannot be reached; nothing is known about changes.</exception>
    ValueTask WaitForChangeAsync(long sequence, CancellationToken cancellationToken);
}
