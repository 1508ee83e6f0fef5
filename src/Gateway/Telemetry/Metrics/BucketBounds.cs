using System.Globalization;

namespace Gateway.Telemetry.Metrics;

/// <summary>Upper bounds of a histogram's buckets, ascending; a bucket includes its bound, as Prometheus' <c>le</c> says.</summary>
internal sealed class BucketBounds
{
    private readonly long[] _ticks;
    private readonly string[] _texts;

    /// <param name="seconds">Bounds in seconds; at least 100 ns apart, because ticks are what is compared.</param>
    public BucketBounds(params ReadOnlySpan<double> seconds)
    {
        Seconds = seconds.ToArray();
        _ticks = Array.ConvertAll(Seconds, static s => (long)Math.Round(s * TimeSpan.TicksPerSecond));
        _texts = [.. Seconds.Select(static s => ((decimal)s).ToString(CultureInfo.InvariantCulture)), "+Inf"];
    }

    public double[] Seconds { get; }

    /// <summary>Finite bounds; the bucket <c>+Inf</c> comes on top.</summary>
    public int Count => _ticks.Length;

    /// <summary>The value of the label <c>le</c>.</summary>
    public string TextOf(int index) => _texts[index];

    // A loop and not a binary search: the bounds fit in two cache lines and most durations lie in the first half.
    public int IndexOf(long ticks)
    {
        var index = 0;
        while (index < _ticks.Length && ticks > _ticks[index])
            index++;
        return index;
    }
}
