namespace Gateway.Telemetry.Metrics;

/// <summary>One series of durations in fixed buckets. Safe from any thread, allocates nothing.</summary>
/// <param name="family">Bounds, and the OpenTelemetry twin where OTLP is on.</param>
/// <param name="tags">The labels as OpenTelemetry wants them.</param>
internal sealed class Histogram(HistogramFamily family, KeyValuePair<string, object?>[] tags)
{
    private readonly long[] _counts = new long[family.Bounds.Count + 1];
    private long _sum;

    /// <summary>Sum of all observations in ticks of 100 ns.</summary>
    public long SumTicks => Interlocked.Read(ref _sum);

    /// <summary>Observations in bucket <paramref name="index"/> alone; the last one has no upper bound.</summary>
    public long CountOf(int index) => Interlocked.Read(ref _counts[index]);

    public void Observe(TimeSpan duration)
    {
        var ticks = Math.Max(duration.Ticks, 0);
        Interlocked.Increment(ref _counts[family.Bounds.IndexOf(ticks)]);
        Interlocked.Add(ref _sum, ticks);
        if (family.Twin is { Enabled: true } twin)
            twin.Record(ticks / (double)TimeSpan.TicksPerSecond, tags);
    }
}
