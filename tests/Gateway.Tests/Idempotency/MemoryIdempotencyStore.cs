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

    public DateTimeOffset PrunedAt { get; private set; }

    public ValueTask MigrateAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IdempotencyRecord?> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        Tell($"claim {claim.RequestId} {(expiresAt - now).TotalHours}h");
        return new((IdempotencyRecord?)null);
    }

    public ValueTask<bool> KeepAsync(IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        Tell($"keep {claim.RequestId} {answer?.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}");
        return new(true);
    }

    public ValueTask ReleaseAsync(IdempotencyClaim claim, CancellationToken cancellationToken)
    {
        Tell($"release {claim.RequestId}");
        return ValueTask.CompletedTask;
    }

    public ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        Tell("renew");
        return ValueTask.CompletedTask;
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
