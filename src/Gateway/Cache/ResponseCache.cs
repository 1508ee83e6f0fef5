using Gateway.Cache.Semantic;
using Gateway.Core.Errors;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;
using Gateway.Upstream;

namespace Gateway.Cache;

/// <summary>
/// Between steps 4 and 5, for models with a cache: a request whose answer is known gets it, and one that is being answered waits for that answer. All others go on, and theirs is kept.
/// </summary>
internal sealed class ResponseCache(MemoryTier memory, StoreTier store, SemanticTier semantic, ShadowQueue shadows, FlightBook flights, CacheReplay replay, Deadlines deadlines, ILedger ledger, ITelemetry telemetry, TimeProvider time)
{
    /// <summary>How long one request waits for the answer of another: after that it is made itself, while a silent connection is still open everywhere.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Failures of others that a request waits through, one after the other, before it stops waiting.</summary>
    private const int MostFailures = 2;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Answers the request if it can. Else <see cref="Call.Fill"/> may be set, which has to be disposed of.</summary>
    /// <returns>Whether it was answered; or what the client is to be told.</returns>
    public async ValueTask<Outcome<bool>> OpenAsync(Call call)
    {
        if (call.Model!.Cache is not { } policy) return false;
        // A hit is a row too: where none can be written, the pipeline says so.
        if (!ledger.IsAvailable || IsBypassed(call))
        {
            telemetry.Cached(call.Model.Label, CacheResult.Bypass);
            return false;
        }

        var key = CacheKeys.Of(call, policy);
        if (call.Options.Cache == CacheControl.NoCache)
        {
            telemetry.Cached(call.Model.Label, CacheResult.Bypass);
            Fill(call, key, policy, null);
            return false;
        }

        for (var failures = 0; ; failures++)
        {
            if (Find(call, key) is { } found) return await ServeAsync(call, found, CacheResult.Hit);
            var flight = failures < MostFailures ? flights.Join(key, out var leads) : Alone(out leads);
            if (flight is null || leads)
            {
                Fill(call, key, policy, flight);
                // Who led before may have landed between the look and the join.
                if (flight is not null && Find(call, key) is { } landed) return await FoundAsync(call, landed, CacheResult.Hit);
                if (await FindStoredAsync(call, key) is { } stored) return await FoundAsync(call, stored, CacheResult.StoreHit);
                if (await FindAlikeAsync(call, policy) is { } alike) return await FoundAsync(call, alike, CacheResult.SemanticHit);
                telemetry.Cached(call.Model.Label, CacheResult.Miss);
                return false;
            }

            var longest = Longest(call, out var isClients);
            var end = await WaitAsync(call, flight, longest);
            if (end is null && isClients) return OutOfTime(call);
            // A tag may have been purged after the other one began, and before this one did.
            if (end is { Answer: { } shared } && shared.IsGood(Now, call.Snapshot.Purges))
            {
                call.CacheSimilarity = end.Value.Similarity;
                return await ServeAsync(call, shared, CacheResult.Joined);
            }

            if (end is not { Failed: true }) failures = MostFailures;   // it took too long, or its answer cannot be shared: each for itself
        }
    }

    /// <summary>Those who wait together would all be made together.</summary>
    private GatewayError OutOfTime(Call call)
    {
        call.CacheState = CacheStates.Miss;
        telemetry.Cached(call.Model!.Label, CacheResult.Miss);
        return RefusedCall.OutOfTime;
    }

    /// <summary>It asks for that, or its answer is good once only.</summary>
    public static bool IsBypassed(Call call) => call.Options.Cache == CacheControl.NoStore || !CacheKeys.CanBeFound(call);

    /// <summary>Called once for an answer, before its last bytes leave.</summary>
    public void Keep(CacheKey key, CachedAnswer answer, Call call)
    {
        memory.Add(key, answer, call.Snapshot.Config.Cache.Memory);
        if (call.Snapshot.Config.Cache.Store is > 0 and var capacity) store.Add(key, answer, capacity);
        if (call.Fill is not { Asks: { } asks } fill) return;
        if (asks.Policy.IsShadow && !shadows.TryAdd(asks, key)) telemetry.Shadowed(call.Model!.Label, ShadowResult.Skipped);
        if (asks.Policy.IsShadow) return;
        if (fill.Vector is { } vector) semantic.Keep(asks, vector, key);
    }

    public void Land(Flight flight, FlightEnd end) => flights.Land(flight, end);

    private static Flight? Alone(out bool leads)
    {
        leads = false;
        return null;
    }

    private CachedAnswer? Find(Call call, CacheKey key) => memory.Find(key, Now, call.Snapshot.Purges);

    /// <returns>Null also where the store is away or slow.</returns>
    private async ValueTask<CachedAnswer?> FindStoredAsync(Call call, CacheKey key)
    {
        if (call.Snapshot.Config.Cache.Store == 0 || await store.FindAsync(key, call.Snapshot.Purges, call.Http.RequestAborted) is not { } stored) return null;
        memory.Add(key, stored, call.Snapshot.Config.Cache.Memory);
        return stored;
    }

    /// <summary>The answer to another request that means the same, where the model's cache may give it.</summary>
    private async ValueTask<CachedAnswer?> FindAlikeAsync(Call call, CachePolicy policy)
    {
        if (SemanticAsk.Of(call, policy) is not { } asks) return null;
        call.Fill!.Asks = asks;
        if (asks.Policy.IsShadow) return null;
        var since = call.Now;
        var (answer, similarity, vector) = await semantic.FindAsync(asks, call.Options.Timeout - call.Elapsed, call.Http.RequestAborted);
        call.WaitedTicks += call.Now - since;
        call.Fill.Vector = vector;
        if (answer is not null) call.CacheSimilarity = similarity;
        return answer;
    }

    private ValueTask<Outcome<bool>> FoundAsync(Call call, CachedAnswer answer, CacheResult result)
    {
        call.Fill!.Found(answer, call.CacheSimilarity);
        return ServeAsync(call, answer, result);
    }

    private void Fill(Call call, CacheKey key, CachePolicy policy, Flight? flight)
    {
        call.CacheState = CacheStates.Miss;
        call.Fill = new(this, key, policy, flight, [.. call.Options.Tags.Select(t => new CacheTag(t, call.Snapshot.Purges.OfTag(t)))]);
    }

    private async ValueTask<Outcome<bool>> ServeAsync(Call call, CachedAnswer answer, CacheResult result)
    {
        if (await replay.ServeAsync(call, answer) is { } refused) return refused;
        telemetry.Cached(call.Model!.Label, result);
        telemetry.CacheSaved(call.Model.Label, answer.Cost);
        return true;
    }

    /// <returns>Null: it took too long.</returns>
    /// <exception cref="OperationCanceledException">The client has left; the others wait on.</exception>
    private async ValueTask<FlightEnd?> WaitAsync(Call call, Flight flight, TimeSpan longest)
    {
        var since = call.Now;
        using var silent = call.Fields.Stream ? new Deadline(deadlines, 2 * LongestWait, call.Http.RequestAborted) : null;
        var comments = silent is null ? null : StartComments(call, silent);
        try
        {
            return await flight.End.WaitAsync(longest, time, call.Http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            flight.Leave();
            if (comments is not null) await comments.StopAsync();
            call.WaitedTicks += call.Now - since;
        }
    }

    /// <summary>A stream that waits is as silent as one whose provider thinks. Its headers leave with the first line, when nobody knows yet whether it is to be made after all.</summary>
    private static KeepAlive? StartComments(Call call, Deadline silent)
    {
        call.CacheState = CacheStates.Miss;
        return KeepAlive.Start(call, silent);
    }

    /// <param name="isClients">It is what is left of the time that the client gave the request.</param>
    private static TimeSpan Longest(Call call, out bool isClients)
    {
        var left = call.Options.Timeout - call.Elapsed;
        isClients = left < LongestWait;
        if (!isClients) return LongestWait;
        return left > TimeSpan.Zero ? left.Value : TimeSpan.Zero;
    }
}
