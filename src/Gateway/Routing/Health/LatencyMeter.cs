namespace Gateway.Routing.Health;

/// <summary>
/// How long a target takes to its first byte, as a peak-sensitive moving average (after Finagle's): a slower answer counts at once and in full, faster ones only bit by bit, over
/// <see cref="Memory"/>. So a target that turns slow is left at once and comes back slowly.
/// </summary>
internal sealed class LatencyMeter(TimeProvider time)
{
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>What a failure counts as at least: it came fast, but it was no answer.</summary>
    private static readonly TimeSpan Failed = TimeSpan.FromSeconds(5);

    /// <summary>How long a measurement says something of a target that nobody has asked since: who is passed over for being slow has to be tried again some time.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    /// <summary>What failures, which count double each time, come to at most: ten minutes is out of the question already.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LatencyHistogram _all = new();
    private double _average;   // seconds; 0: nothing known
    private long _at;

    /// <summary>Seconds; 0 where nothing is known yet, which makes the target worth a try.</summary>
    public double Average => Volatile.Read(ref _average);

    /// <param name="left">How long it will still be held against the target.</param>
    /// <returns>The average; null where nothing is known, or nothing of late.</returns>
    public TimeSpan? Recent(out TimeSpan left)
    {
        left = GoodFor - time.GetElapsedTime(Volatile.Read(ref _at));
        return Average > 0 && left > TimeSpan.Zero ? TimeSpan.FromSeconds(Average) : null;
    }

    public void Answered(TimeSpan firstByte) => Add(firstByte.TotalSeconds, isAnswer: true);

    public void FailedAfter(TimeSpan elapsed) => Add(Math.Min(Math.Max(Math.Max(elapsed.TotalSeconds, Failed.TotalSeconds), 2 * Average), Longest.TotalSeconds), isAnswer: false);

    /// <inheritdoc cref="LatencyHistogram.Quantile"/>
    public TimeSpan? Quantile(double share)
    {
        lock (_gate) return _all.Quantile(share);
    }

    private void Add(double seconds, bool isAnswer)
    {
        lock (_gate)
        {
            if (isAnswer) _all.Add(seconds);
            var now = time.GetTimestamp();
            var weight = _at == 0 ? 0 : Math.Exp(-time.GetElapsedTime(_at, now) / Memory);
            Volatile.Write(ref _average, seconds > _average ? seconds : (_average * weight) + (seconds * (1 - weight)));
            Volatile.Write(ref _at, now);
        }
    }
}
