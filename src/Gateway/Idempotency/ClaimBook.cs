using System.Collections.Concurrent;
using Gateway.Core.Stores;
using Gateway.Upstream;

namespace Gateway.Idempotency;

/// <summary>The claims of this process: made, answered, taken back. A store that fails costs an answer's record, never an answer, and never a second payment.</summary>
internal sealed class ClaimBook(IIdempotencyStore store, TimeProvider time, ILogger<ClaimBook> log)
{
    /// <summary>Deleted at once: a statement of milliseconds also where each has a body of 1 MiB.</summary>
    private const int PruneBatch = 100;

    /// <summary>What the store may be told later, at most.</summary>
    /// <remarks>10,000, about 3 MB: a store that is away for minutes under load. A claim beyond it counts as under way until this process ends.</remarks>
    private const int MaxLeftovers = 10_000;

    /// <summary>What catching up and deleting may each take in one go: claims have to be renewed meanwhile.</summary>
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<Leftover> _leftovers = new();
    private int _open;
    private int _failing;

    /// <summary>Claims whose end the store has not heard of: it failed when it was told.</summary>
    public int Leftovers => _leftovers.Count;

    /// <param name="keep">How long the record counts if nothing more is heard of the request.</param>
    /// <returns>A claim that was made has to be ended by <see cref="AnswerAsync"/> or <see cref="ReleaseAsync"/>.</returns>
    public async ValueTask<ClaimResult> ClaimAsync(IdempotencyClaim claim, TimeSpan keep)
    {
        Interlocked.Increment(ref _open);   // before: the claim is alive as soon as the store has it
        try
        {
            var now = time.GetUtcNow();
            // Not the request's token: a client that leaves while its claim is made would leave the claim.
            var found = await store.ClaimAsync(claim, now, now + keep, CancellationToken.None);
            Works();
            if (found is not null) Interlocked.Decrement(ref _open);
            return new(found, null);
        }
        catch (StoreException error)
        {
            Fails(error);
            End(claim, null);   // it may be there
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
            Interlocked.Decrement(ref _open);
        }
        catch (StoreException error)
        {
            Fails(error);
            End(claim, until);
        }
    }

    public async ValueTask ReleaseAsync(IdempotencyClaim claim)
    {
        await SocketCompletions.GiveWay();
        try
        {
            await store.ReleaseAsync(claim, CancellationToken.None);
            Works();
            Interlocked.Decrement(ref _open);
        }
        catch (StoreException error)
        {
            Fails(error);
            End(claim, null);
        }
    }

    /// <summary>Tells the store that this process lives, where it has claims, and again what it could not be told before.</summary>
    public async ValueTask RenewAsync()
    {
        if (Volatile.Read(ref _open) == 0) return;
        try
        {
            await store.RenewAsync(CancellationToken.None);
            var began = time.GetTimestamp();
            while (_leftovers.TryPeek(out var leftover) && time.GetElapsedTime(began) < RoundTime)
            {
                if (leftover.AnsweredUntil is { } until) await store.KeepAsync(leftover.Claim, null, until, CancellationToken.None);
                else await store.ReleaseAsync(leftover.Claim, CancellationToken.None);
                _leftovers.TryDequeue(out _);
                Interlocked.Decrement(ref _open);
            }

            Works();
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

    /// <summary>The store is told later, by <see cref="RenewAsync"/>.</summary>
    private void End(IdempotencyClaim claim, DateTimeOffset? answeredUntil)
    {
        if (_leftovers.Count < MaxLeftovers)
        {
            _leftovers.Enqueue(new(claim, answeredUntil));
            return;
        }

        Interlocked.Decrement(ref _open);
        IdempotencyLog.ClaimLeft(log, claim.RequestId);
    }

    private void Fails(StoreException error)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0) IdempotencyLog.StoreFailed(log, error);
    }

    private void Works()
    {
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1) IdempotencyLog.StoreWorksAgain(log);
    }

    /// <param name="AnsweredUntil">It was answered, and that counts until then, though the answer is not kept: memory is not for that. Null: it is to be taken back.</param>
    private readonly record struct Leftover(IdempotencyClaim Claim, DateTimeOffset? AnsweredUntil);
}
