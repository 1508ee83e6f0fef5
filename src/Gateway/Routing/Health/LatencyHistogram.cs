namespace Gateway.Routing.Health;

/// <summary>How long first bytes take, as a distribution over roughly the last thousand: buckets 10 % apart, from 1 ms to 10 minutes. Not thread-safe: its owner locks.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Fewer say nothing of how long one in twenty takes.</summary>
    public const int Enough = 20;

    private const double Step = 1.1;
    private const double Shortest = 0.001;   // seconds

    /// <summary>Then all count half as much.</summary>
    private const int Most = 1024;

    private static readonly double LogStep = Math.Log(Step);

    private readonly ushort[] _counts = new ushort[140];
    private int _total;

    public void Add(double seconds)
    {
        var bucket = seconds <= Shortest ? 0 : Math.Ceiling(Math.Log(seconds / Shortest) / LogStep);
        _counts[(int)Math.Min(bucket, _counts.Length - 1)]++;
        if (++_total >= Most) Halve();
    }

    /// <param name="share">0 to 1.</param>
    /// <returns>So many of them take no longer; up to 10 % too much. Null: too few are known.</returns>
    public TimeSpan? Quantile(double share)
    {
        if (_total < Enough) return null;
        var (above, most) = (0, _total * (1 - share));
        var bucket = _counts.Length - 1;
        while (bucket > 0 && (above += _counts[bucket]) <= most) bucket--;
        return TimeSpan.FromSeconds(Shortest * Math.Pow(Step, bucket));
    }

    private void Halve()
    {
        _total = 0;
        foreach (ref var count in _counts.AsSpan())
        {
            count /= 2;
            _total += count;
        }
    }
}
