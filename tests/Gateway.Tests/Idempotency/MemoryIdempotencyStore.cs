using System.Collections.Concurrent;
using Gateway.Core.Stores;

namespace Gateway.Tests.Idempotency;

/// <summary>Notes what it is told, by the request's id; fails while <see cref="Failure"/> is set.</summary>
internal sealed class MemoryIdempotencyStore : IIdempotencyStore
{
    public ConcurrentQueue<string> Told { get; } = new();

    public volatile StoreException? Failure;

    /// <summary>Called with what it is told, before it is noted.</summary>
    public Action<string>? Telling { get; set; }

    /// <summary>Records that have expired and are still there.</summary>
    public int Expired { get; set; }

    /// <summary>Claims without an end.</summary>
    public ConcurrentDictionary<string, RunningClaim> Running { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset PrunedAt { get; private set; }

    public ValueTask MigrateAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IdempotencyRecord?> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        Tell($"claim {claim.RequestId} {(expiresAt - now).TotalHours}h");
        Running[claim.RequestId] = claim.Running;
        return new((IdempotencyRecord?)null);
    }

    public ValueTask<bool> KeepAsync(IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        Tell($"keep {claim.RequestId} {answer?.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}");
        Running.TryRemove(claim.RequestId, out _);
        return new(true);
    }

    public ValueTask ReleaseAsync(RunningClaim claim, CancellationToken cancellationToken)
    {
        Tell($"release {claim.RequestId}");
        Running.TryRemove(claim.RequestId, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        Tell("renew");
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<RunningClaim>> RunningAsync(CancellationToken cancellationToken)
    {
        Tell("running");
        return new([.. Running.Values]);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var pruned = Math.Min(limit, Expired);
        Expired -= pruned;
        PrunedAt = now;
        Tell($"prune {pruned}");
        return new(pruned);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Tell(string what)
    {
        if (Failure is { } failure)
            throw failure;
        Telling?.Invoke(what);
        Told.Enqueue(what);
    }
}
