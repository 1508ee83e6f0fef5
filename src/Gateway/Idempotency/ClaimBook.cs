using System.Collections.Concurrent;
using Gateway.Core.Stores;
using Gateway.Upstream;

namespace Gateway.Idempotency;

/// <summary>The claims of this process: made, answered, taken back. A store that fails costs an answer's record, never an answer, and never a second payment.</summary>
internal sealed class ClaimBook(IIdempotencyStore store, TimeProvider time, ILogger<ClaimBook> log)
{
    /// <summary>Deleted at once: a statement of milliseconds also where each has a body of 1 MiB.</summary>
    private const int PruneBatch = 100;

    /// <summary>What catching up and deleting may each take in one go: claims have to be renewed meanwhile.</summary>
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(2);

    /// <summary>By request id: what may be answered yet, or was and the store does not know. It is here before the store hears of it, until the store has heard of its end.</summary>
    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(IdempotencyClaim Claim, DateTimeOffset Until)> _answered = new();
    private volatile bool _mayHaveStrays;
    private int _failing;

    /// <summary>Requests that were answered when the store failed, which is still to hear of it. Their answers are not kept: memory is not for that.</summary>
    public int Leftovers => _answered.Count;

    /// <param name="keep">How long the record counts if nothing more is heard of the request.</param>
    /// <returns>A claim that was made has to be ended by <see cref="AnswerAsync"/> or <see cref="ReleaseAsync"/>.</returns>
    public async ValueTask<ClaimResult> ClaimAsync(IdempotencyClaim claim, TimeSpan keep)
    {
        _open.TryAdd(claim.RequestId, 0);   // before: what the store has and is not here is nobody's
        try
        {
            var now = time.GetUtcNow();
            // Not the request's token: a client that leaves while its claim is made would leave the claim.
            var found = await store.ClaimAsync(claim, now, now + keep, CancellationToken.None);
            Works();
            if (found is not null) _open.TryRemove(claim.RequestId, out _);
            return new(found, null);
        }
        catch (StoreException error)
        {
            Fails(error);
            Leave(claim);
            return new(null, IdempotencyErrors.StoreUnavailable);
        }
    }

    /// <param name="answer">Null: too long to be kept.</param>
    public async ValueTask AnswerAsync(IdempotencyClaim claim, KeptAnswer? answer, TimeSpan keep)
    {
        await SocketCompletions.GiveWay();   // a commit is no work for a thread that waits for sockets
        var until = time.GetUtcNow() + keep;
        try
        {
            if (!await store.KeepAsync(claim, answer, until, CancellationToken.None)) IdempotencyLog.ClaimLost(log, claim.RequestId);
            Works();
            _open.TryRemove(claim.RequestId, out _);
        }
        catch (StoreException error)
        {
            Fails(error);
            _answered.Enqueue((claim, until));
        }
    }

    public async ValueTask ReleaseAsync(IdempotencyClaim claim)
    {
        await SocketCompletions.GiveWay();
        try
        {
            await store.ReleaseAsync(claim.Running, CancellationToken.None);
            Works();
            _open.TryRemove(claim.RequestId, out _);
        }
        catch (StoreException error)
        {
            Fails(error);
            Leave(claim);
        }
    }

    /// <summary>Tells the store that this process lives, where it has claims, and what it could not be told before.</summary>
    public async ValueTask RenewAsync()
    {
        try
        {
            if (!_open.IsEmpty) await store.RenewAsync(CancellationToken.None);
            var began = time.GetTimestamp();
            while (_answered.TryPeek(out var leftover) && time.GetElapsedTime(began) < RoundTime)
            {
                await store.KeepAsync(leftover.Claim, null, leftover.Until, CancellationToken.None);
                _answered.TryDequeue(out _);
                _open.TryRemove(leftover.Claim.RequestId, out _);
            }

            if (_mayHaveStrays) await TakeStraysBackAsync(began);
        }
        catch (StoreException error)
        {
            Fails(error);
        }
    }

    /// <summary>Deletes what has expired, in batches, as much as there is time for.</summary>
    public async ValueTask PruneAsync()
    {
        var began = time.GetTimestamp();
        try
        {
            while (await store.PruneAsync(time.GetUtcNow(), PruneBatch, CancellationToken.None) == PruneBatch && time.GetElapsedTime(began) < RoundTime)
            {
            }

            Works();
        }
        catch (StoreException error)
        {
            Fails(error);
        }
    }

    /// <summary>Nothing was sent for it, or nothing came of it, and the store may have it, or get it yet.</summary>
    private void Leave(IdempotencyClaim claim)
    {
        _open.TryRemove(claim.RequestId, out _);
        _mayHaveStrays = true;
    }

    /// <summary>Takes back what the store has of this process and the process does not have.</summary>
    /// <remarks>
    /// From the first claim that was given up, for good: what a stalled session was told can arrive after any time, and nobody hears of it. Whoever is not here once the store was asked
    /// will never be again, because a claim is here before it is made; and what was answered in between is not released.
    /// </remarks>
    private async ValueTask TakeStraysBackAsync(long began)
    {
        foreach (var claim in await store.RunningAsync(CancellationToken.None))
        {
            if (time.GetElapsedTime(began) >= RoundTime) return;
            if (!_open.ContainsKey(claim.RequestId)) await store.ReleaseAsync(claim, CancellationToken.None);
        }

        Works();
    }

    private void Fails(StoreException error)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0) IdempotencyLog.StoreFailed(log, error);
    }

    private void Works()
    {
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1) IdempotencyLog.StoreWorksAgain(log);
    }
}
