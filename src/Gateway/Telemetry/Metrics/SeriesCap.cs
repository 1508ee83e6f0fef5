using System.Collections.Concurrent;

namespace Gateway.Telemetry.Metrics;

/// <summary>How many series a family may have, and how often that was not enough.</summary>
internal sealed class SeriesCap(int maxSeries = SeriesCap.DefaultMaxSeries)
{
    /// <summary>The label value that stands for every name no configuration mentions, and for what goes beyond the cap.</summary>
    public const string Other = "other";

    /// <remarks>20,000: about 10 MB here and one scrape of 6 MB; Prometheus itself keeps about 4 KB a series.</remarks>
    public const int DefaultMaxSeries = 20_000;

    private readonly ConcurrentDictionary<string, Counter> _overflows = new(StringComparer.Ordinal);

    public int MaxSeries => maxSeries;

    public void CountOverflow(string family) => _overflows.GetOrAdd(family, static _ => new()).Increment();

    /// <summary>Records that found no series of their own, by family.</summary>
    public IEnumerable<Series> Read() => _overflows.Select(static o => new Series([o.Key], o.Value.Value));
}
