using System.Collections.Concurrent;

namespace Gateway.Telemetry.Metrics;

/// <summary>
/// A family whose series are cells made on first use and kept for the life of the process: a series that vanished would look like a restart to Prometheus.
/// </summary>
/// <remarks>
/// Finding a cell costs a hash over its label values; callers on the request path keep what they found. The number of series has a hard cap:
/// what comes after it is recorded in one series whose every label is <c>other</c>, and counted.
/// </remarks>
internal abstract class CellFamily<TCell>(string name, string help, MetricKind kind, MetricScale scale, string[] labelNames, SeriesCap cap)
    : MetricFamily(name, help, kind, scale, labelNames)
    where TCell : class
{
    private readonly ConcurrentDictionary<LabelValues, TCell> _cells = new();
    private readonly Lock _adding = new();
    // Append-only: readers take the count first and the array after it, so the array is never shorter than the count they saw.
    private (string[] Labels, TCell Cell)[] _series = new (string[], TCell)[4];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The cell of these label values, made if there is none yet.</summary>
    public TCell With(params ReadOnlySpan<string> labels)
    {
        if (labels.Length != LabelNames.Length)
            throw new ArgumentException($"{Name} has {LabelNames.Length} labels, not {labels.Length}", nameof(labels));
        var key = new LabelValues(labels.ToArray());
        return _cells.TryGetValue(key, out var cell) ? cell : Add(key);
    }

    public override IEnumerable<Series> Read()
    {
        var count = Volatile.Read(ref _count);
        var series = Volatile.Read(ref _series);
        for (var i = 0; i < count; i++)
            yield return Show(series[i].Labels, series[i].Cell);
    }

    protected abstract TCell Make(string[] labels);

    protected abstract Series Show(string[] labels, TCell cell);

    private TCell Add(LabelValues key)
    {
        lock (_adding)
        {
            if (_cells.TryGetValue(key, out var cell))
                return cell;
            if (_count >= cap.MaxSeries)
            {
                cap.CountOverflow(Name);
                key = new(Array.ConvertAll(key.Values, static _ => SeriesCap.Other));
                if (_cells.TryGetValue(key, out cell))
                    return cell;
            }
            cell = Make(key.Values);
            if (_count == _series.Length)
            {
                var larger = new (string[], TCell)[_series.Length * 2];
                _series.CopyTo(larger, 0);
                Volatile.Write(ref _series, larger);
            }
            _series[_count] = (key.Values, cell);
            Volatile.Write(ref _count, _count + 1);
            _cells[key] = cell;
            return cell;
        }
    }
}
