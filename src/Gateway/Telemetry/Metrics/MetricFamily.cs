namespace Gateway.Telemetry.Metrics;

internal enum MetricKind { Counter, Gauge, Histogram }

/// <summary>What the whole numbers of a family stand for; the reader divides, so that what is recorded stays exact.</summary>
/// <remarks>The value is the number of decimals of the unit that is shown.</remarks>
internal enum MetricScale { One = 0, Milliseconds = 3, Ticks = 7, NanoDollars = 9 }

/// <summary>One series as it stands at the moment of reading.</summary>
/// <param name="Labels">Values, in the order of the family's label names.</param>
/// <param name="Value">In the family's scale; unused for histograms.</param>
/// <param name="Histogram">Set for histograms alone.</param>
internal readonly record struct Series(string[] Labels, long Value, Histogram? Histogram = null);

/// <summary>A metric: its name, what it means, and its series.</summary>
internal abstract class MetricFamily(string name, string help, MetricKind kind, MetricScale scale, string[] labelNames)
{
    public string Name => name;

    /// <summary>One sentence for people, shown as HELP.</summary>
    public string Help => help;

    public MetricKind Kind => kind;

    public MetricScale Scale => scale;

    public string[] LabelNames => labelNames;

    /// <summary>Series that exist now. Runs beside recording without stopping it; series made meanwhile may be missing.</summary>
    public abstract IEnumerable<Series> Read();
}
