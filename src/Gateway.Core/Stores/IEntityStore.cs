namespace Gateway.Core.Stores;

/// <summary>What the admin API owns (keys, teams, prompts), and who changed it. Beside the ledger, in the same database.</summary>
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

    /// <summary>Versions of prompts with their text, range by range and by number; those that are not there are left out.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<PromptVersionRow>> ReadVersionsAsync(IReadOnlyList<PromptVersionRange> ranges, CancellationToken cancellationToken);

    /// <summary>Versions of one prompt without their text, newest first.</summary>
    /// <param name="below">Only numbers smaller than this.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<PromptVersionHead>> ReadVersionHeadsAsync(string prompt, int below, int limit, CancellationToken cancellationToken);

    /// <summary>One page of the audit, newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<AuditPage> ReadAuditAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Completes when the change sequence is beyond this one, whoever made the change.</summary>
    /// <exception cref="StoreException">The store cannot be reached; nothing is known about changes.</exception>
    ValueTask WaitForChangeAsync(long sequence, CancellationToken cancellationToken);
}
