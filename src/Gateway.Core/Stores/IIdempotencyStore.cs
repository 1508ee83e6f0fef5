namespace Gateway.Core.Stores;

/// <summary>Requests that are to be made once: which are under way, and what was answered. Beside the ledger, in the same database.</summary>
/// <remarks>A store object stands for one process: what it claimed is alive as long as it is.</remarks>
public interface IIdempotencyStore : IAsyncDisposable
{
    /// <summary>Brings the schema up to date; safe to call again, and safe to be killed in.</summary>
    ValueTask MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Notes that a request is under way, unless there is a record of it. One that has expired is replaced, but never one whose request still runs.</summary>
    /// <param name="now">What expired by then.</param>
    /// <param name="expiresAt">When the record is of no use any more if nothing more is heard of the request.</param>
    /// <returns>Null: the claim was made. Else the record that is there.</returns>
    /// <exception cref="StoreException">Whether it was claimed is not known, and it can be claimed still later: what was said to a server may arrive long after nobody waits for it.</exception>
    ValueTask<IdempotencyRecord?> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Keeps the whole answer of a claimed request; null: there is one, and it is not kept.</summary>
    /// <returns>False where the claim is not there any more.</returns>
    /// <exception cref="StoreException">Whether it was kept is not known; it can be tried again.</exception>
    ValueTask<bool> KeepAsync(IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Takes a claim back whose request came to nothing. What was answered stays.</summary>
    /// <exception cref="StoreException">Whether it was taken back is not known; it can be tried again.</exception>
    ValueTask ReleaseAsync(RunningClaim claim, CancellationToken cancellationToken);

    /// <summary>Says that this process lives, and with it everything it has claimed. To be said every few seconds (<see cref="IdempotencyLease"/>) while anything is.</summary>
    /// <exception cref="StoreException">It was not said.</exception>
    ValueTask RenewAsync(CancellationToken cancellationToken);

    /// <summary>What this process has claimed and neither answered nor taken back, as far as the store has it.</summary>
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<IReadOnlyList<RunningClaim>> RunningAsync(CancellationToken cancellationToken);

    /// <summary>Deletes records that had expired by <paramref name="now"/>, the oldest first.</summary>
    /// <param name="limit">At most so many, so that nobody waits for long.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="StoreException">The statement failed.</exception>
    ValueTask<int> PruneAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>A request that is to be made once.</summary>
/// <param name="Id">SHA-256 of who asks and of the application's own name for the request.</param>
/// <param name="Digest">SHA-256 of the request itself.</param>
/// <param name="RequestId">Of the request that makes the claim; no two have the same.</param>
public sealed record IdempotencyClaim(ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Digest, string RequestId)
{
    public RunningClaim Running => new(Id, RequestId);
}

/// <summary>What tells one claim from all others, of the same key too.</summary>
public readonly record struct RunningClaim(ReadOnlyMemory<byte> Id, string RequestId);

/// <summary>An answer as the client got it.</summary>
public sealed record KeptAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>What a record says of its request.</summary>
public enum IdempotencyState
{
    Running,

    /// <summary>The process that made it is gone, and nobody knows how far it came.</summary>
    Unknown,

    Kept,

    /// <summary>It was answered, with more than is kept.</summary>
    NotKept,
}

/// <param name="Digest">Of the request that made the claim.</param>
/// <param name="RequestId">Of the same.</param>
/// <param name="Answer">Where it was kept.</param>
public sealed record IdempotencyRecord(IdempotencyState State, ReadOnlyMemory<byte> Digest, string RequestId, KeptAnswer? Answer);

/// <summary>How long a process counts as alive that says nothing, where others can see its records.</summary>
public static class IdempotencyLease
{
    /// <remarks>15 s: three times <see cref="RenewInterval"/>, so that a statement may fail and one be late. A retry after a crash waits no longer to learn of it.</remarks>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long after its lease a request without an answer is not made again, even where its record has expired: its process may be cut off from the store and still at it.</summary>
    /// <remarks>1 h: longer than providers let a request run.</remarks>
    public static readonly TimeSpan Doubt = TimeSpan.FromHours(1);
}
