namespace Gateway.Cache;

/// <summary>A request on its way whose answer others of the same key wait for.</summary>
internal sealed class Flight(CacheKey key)
{
    private readonly TaskCompletionSource<FlightEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public CacheKey Key { get; } = key;

    public Task<FlightEnd> End => _end.Task;

    /// <summary>How many wait for it now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public int Join() => Interlocked.Increment(ref _waiting);

    public void Leave() => Interlocked.Decrement(ref _waiting);

    public void Land(FlightEnd end) => _end.TrySetResult(end);
}

/// <summary>How a flight ended.</summary>
/// <param name="Answer">What everybody gets; null: there is nothing to be had.</param>
/// <param name="Failed">Without an answer: the next one may do better. Otherwise there was one, and it cannot be shared.</param>
/// <param name="Similarity">How near their request is to the answer's own, as a cosine; null: it is the same one.</param>
internal readonly record struct FlightEnd(CachedAnswer? Answer, bool Failed, double? Similarity = null);
