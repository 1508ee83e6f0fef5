namespace Gateway.Core.Stores;

/// <summary>Answers that are given again, where they outlive a process and other gateways find them. Beside the ledger, in the same database. What it loses costs a request, and never more.</summary>
public interface ICacheStore : IAsyncDisposable
{
    /// <returns>Null: there is none that is still good at <paramref name="now"/>.</returns>
    /// <exception cref="StoreException">The store did not answer.</exception>
    ValueTask<StoredAnswer?> ReadAsync(ReadOnlyMemory<byte> id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps an answer, in the place of one of the same id.</summary>
    /// <exception cref="StoreException">It was not kept, as far as is known.</exception>
    ValueTask WriteAsync(StoredAnswer answer, CancellationToken cancellationToken);

    /// <summary>Deletes what had expired by <paramref name="now"/>, and what expires next where all together are more than <paramref name="capacity"/> bytes.</summary>
    /// <param name="limit">At most so many, so that nobody waits for long.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="StoreException">The statement failed.</exception>
    ValueTask<int> PruneAsync(DateTimeOffset now, long capacity, int limit, CancellationToken cancellationToken);
}

/// <param name="Id">A digest of everything the answer depends on.</param>
/// <param name="Head">What is known about the answer, as the gateway writes it.</param>
/// <param name="Body">The answer, as its client got it.</param>
public sealed record StoredAnswer(ReadOnlyMemory<byte> Id, string Head, ReadOnlyMemory<byte> Body, DateTimeOffset ExpiresAt);
