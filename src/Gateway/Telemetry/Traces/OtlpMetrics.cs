using System.Diagnostics.Metrics;
using Gateway.Telemetry.Metrics;

namespace Gateway.Telemetry.Traces;

/// <summary>
/// Shows every metric of the gateway as an OpenTelemetry instrument of the same name. Counters and gauges are observed when they are exported and cost requests nothing;
/// histograms cannot be observed and are recorded twice. Made only while OTLP is on.
/// </summary>
internal sealed class OtlpMetrics : IDisposable
{
    public const string MeterName = "Gateway";

    private readonly Meter _meter = new(MeterName, BuildInfo.Of(typeof(OtlpMetrics).Assembly).Version);
    private readonly GatewayMetrics _metrics;

    public OtlpMetrics(GatewayMetrics metrics)
    {
        _metrics = metrics;
        foreach (var family in metrics.Families)
            Mirror(family);
    }

    public void Dispose()
    {
        foreach (var family in _metrics.Families.OfType<HistogramFamily>())
            family.Twin = null;
        _meter.Dispose();
    }

    private void Mirror(MetricFamily family)
    {
        switch (family)
        {
            case HistogramFamily histogram:
                histogram.Twin = _meter.CreateHistogram(
                    family.Name, "s", family.Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = histogram.Bounds.Seconds });
                break;
            case { Scale: MetricScale.One, Kind: MetricKind.Counter }:
                _meter.CreateObservableCounter(family.Name, () => Longs(family), null, family.Help);
                break;
            case { Scale: MetricScale.One }:
                _meter.CreateObservableGauge(family.Name, () => Longs(family), null, family.Help);
                break;
            case { Kind: MetricKind.Counter }:
                _meter.CreateObservableCounter(family.Name, () => Doubles(family), null, family.Help);
                break;
            default:
                _meter.CreateObservableGauge(family.Name, () => Doubles(family), null, family.Help);
                break;
        }
    }

    private static IEnumerable<Measurement<long>> Longs(MetricFamily family)
    {
        foreach (var series in family.Read())
            yield return new(series.Value, Tags(family, series.Labels));
    }

    private static IEnumerable<Measurement<double>> Doubles(MetricFamily family)
    {
        var scale = Math.Pow(10, (int)family.Scale);
        foreach (var series in family.Read())
            yield return new(series.Value / scale, Tags(family, series.Labels));
    }

    private static KeyValuePair<string, object?>[] Tags(MetricFamily family, string[] labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var i = 0; i < labels.Length; i++)
            tags[i] = new(family.LabelNames[i], labels[i]);
        return tags;
    }
}
