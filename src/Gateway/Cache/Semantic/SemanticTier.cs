using Gateway.Telemetry;

namespace Gateway.Cache.Semantic;

/// <summary>
/// Answers to requests that mean the same, for models with <c>cache.semantic</c>: looked for after the same request was not found, and only among the answers that memory has.
/// </summary>
internal sealed class SemanticTier(SemanticIndex index, Embedder embedder, MemoryTier memory, ShadowBook shadows, ITelemetry telemetry, TimeProvider time)
{
    /// <summary>How often a nearest text is passed over because its answer is gone.</summary>
    private const int MostGone = 8;

    /// <summary>The answer to a request that means the same; and, for when there is none, the vector by which this one's answer will be found.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<(CachedAnswer? Answer, double Similarity, float[]? Vector)> FindAsync(SemanticAsk asks, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var vector = await embedder.EmbedAsync(asks, patience, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (vector is null) return (null, 0, null);
        var (answer, similarity) = Nearest(asks, vector);
        return similarity >= asks.Policy.Threshold ? (answer, similarity, vector) : (null, similarity, vector);
    }

    /// <summary>The request's own answer is kept under that key.</summary>
    public void Keep(SemanticAsk asks, float[] vector, CacheKey key) => index.Add(asks.Model.Label, new(asks.Group, key, vector), asks.Policy.MaxEntries);

    /// <summary>What would have been answered, had it been allowed to.</summary>
    public async ValueTask CompareAsync(SemanticAsk asks, CacheKey key, CancellationToken cancellationToken)
    {
        if (await embedder.EmbedAsync(asks, null, cancellationToken) is not { } vector) return;
        var (answer, similarity) = Nearest(asks, vector);
        var isHit = answer is not null && similarity >= asks.Policy.Threshold;
        telemetry.Shadowed(asks.Model.Label, isHit ? ShadowResult.Hit : ShadowResult.Miss);
        shadows.Compared(asks.Model.Label, answer is null ? 0 : similarity);
        if (isHit) shadows.Add(new(time.GetUtcNow(), asks.Model.Name, asks.Key.Name, asks.RequestId, answer!.RequestId, similarity, answer.Cost));
        Keep(asks, vector, key);
    }

    private (CachedAnswer? Answer, double Similarity) Nearest(SemanticAsk asks, float[] vector)
    {
        for (var gone = 0; gone < MostGone && index.Nearest(asks.Model.Label, asks.Group, vector) is { } nearest; gone++)
        {
            if (memory.Find(nearest.Entry.Answer, time.GetUtcNow(), asks.Snapshot.Purges) is { } answer)
                return (answer, nearest.Similarity);
            index.Remove(asks.Model.Label, nearest.Entry);
        }

        return (null, 0);
    }
}
