namespace Gateway.Telemetry.Metrics;

internal sealed class CounterFamily(string name, string help, MetricScale scale, string[] labelNames, SeriesCap cap)
    : CellFamily<Counter>(name, help, MetricKind.Counter, scale, labelNames, cap)
{
    protected override Counter Make(string[] labels) => new();

    protected override Series Show(string[] labels, Counter cell) => new(labels, cell.Value);
}

internal sealed class GaugeFamily(string name, string help, string[] labelNames, SeriesCap cap)
    : CellFamily<Gauge>(name, help, MetricKind.Gauge, MetricScale.One, labelNames, cap)
{
    protected override Gauge Make(string[] labels) => new();

    protected override Series Show(string[] labels, Gauge cell) => new(labels, cell.Value);
}

/// <summary>Durations, recorded in ticks and shown in seconds.</summary>
internal sealed class HistogramFamily(string name, string help, BucketBounds bounds, string[] labelNames, SeriesCap cap)
    : CellFamily<Histogram>(name, help, MetricKind.Histogram, MetricScale.Ticks, labelNames, cap)
{
    public BucketBounds Bounds => bounds;

    /// <summary>The OpenTelemetry instrument that is fed too; null while OTLP is off.</summary>
    public System.Diagnostics.Metrics.Histogram<double>? Twin { get; set; }

    protected override Histogram Make(string[] labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var i = 0; i < labels.Length; i++)
            tags[i] = new(LabelNames[i], labels[i]);
        return new(this, tags);
    }

    protected override Series Show(string[] labels, Histogram cell) => new(labels, 0, cell);
}

/// <summary>A family that asks its source when it is read, so that nothing has to be kept up to date.</summary>
internal sealed class CallbackFamily(
    string name, string help, MetricKind kind, MetricScale scale, string[] labelNames, Func<IEnumerable<Series>> read)
    : MetricFamily(name, help, kind, scale, labelNames)
{
    public override IEnumerable<Series> Read() => read();
}
