namespace Gateway.Routing.Health;

/// <summary>
/// How much more load than its first attempts a target may get, so that an outage is not made worse by those who try again: a share of the first attempts of the last
/// ten seconds, and a few in any case. An attempt that came here after another target failed counts only when the target itself fails too (<see cref="FailureVerdict.UsesRetryBudget"/>): that is what a second target is for.
/// </summary>
/// <param name="ratio">Further attempts for each first one.</param>
/// <param name="min">Further attempts in ten seconds that are always there.</param>
internal sealed class RetryBudget(double ratio, int min, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SlidingCount _first = new(time.TimestampFrequency * 10);
    private readonly SlidingCount _further = new(time.TimestampFrequency * 10);

    /// <summary>A request's first attempt is made here.</summary>
    public void First()
    {
        lock (_gate) _first.At(time.GetTimestamp()).Add(1);
    }

    /// <summary>Whether there is room for one more further attempt.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate) return HasRoomAt(time.GetTimestamp());
        }
    }

    /// <summary>Takes room for a further attempt.</summary>
    /// <returns>What <see cref="Return"/> wants where it is not made; null: there is no room.</returns>
    public long? TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!HasRoomAt(now)) return null;
            _further.Add(1);
            return now;
        }
    }

    /// <summary>The further attempt that room was taken for is not made.</summary>
    /// <param name="taken">When it was taken.</param>
    public void Return(long taken)
    {
        lock (_gate) _further.Remove(taken);
    }

    /// <summary>A further attempt that no room was taken for has failed, and its target is to blame.</summary>
    public void Spend()
    {
        lock (_gate) _further.At(time.GetTimestamp()).Add(1);
    }

    private bool HasRoomAt(long now) => _further.At(now).Sum < Math.Max(min, (long)(ratio * _first.At(now).Sum));
}
