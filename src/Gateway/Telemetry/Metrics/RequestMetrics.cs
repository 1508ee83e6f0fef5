using System.Collections.Concurrent;

namespace Gateway.Telemetry.Metrics;

/// <summary>Counts requests: one lookup finds all the series of a request, the rest is interlocked adds.</summary>
/// <remarks>
/// The lookup is by reference. A name that is equal but another instance, or unknown, misses; it is brought to its one instance (or <c>other</c>) and looked up again.
/// Only canonical keys are kept, so random names cost a little time and no memory.
/// </remarks>
internal sealed class RequestMetrics(GatewayMetrics metrics, LabelNames labels)
{
    // What is left below the cap is for the series of requests beyond it: endpoint x status x stream, every name "other".
    private readonly int _maxKeys = metrics.Cap.MaxSeries - (metrics.Cap.MaxSeries / 20);
    private readonly ConcurrentDictionary<RequestKey, RequestCells> _cells = new();
    private readonly ConcurrentDictionary<string, Gauge> _inFlight = new(StringComparer.Ordinal);
    private int _keys;

    public void Started(string endpoint)
    {
        if (!_inFlight.TryGetValue(endpoint, out var gauge))
        {
            endpoint = labels.Endpoint(endpoint);
            gauge = _inFlight.GetOrAdd(endpoint, e => metrics.RequestsInFlight.With(e));
        }
        gauge.Add(1);
    }

    public void Finished(in RequestRecord record) => Find(RequestKey.Of(in record)).Record(in record);

    private RequestCells Find(in RequestKey key) =>
        _cells.TryGetValue(key, out var cells) ? cells : FindCanonical(Canonical(in key));

    private RequestCells FindCanonical(RequestKey key)
    {
        if (_cells.TryGetValue(key, out var cells))
            return cells;
        if (Volatile.Read(ref _keys) >= _maxKeys)
        {
            metrics.Cap.CountOverflow(metrics.Requests.Name);
            key = new(key.Endpoint, SeriesCap.Other, SeriesCap.Other, SeriesCap.Other, SeriesCap.Other, SeriesCap.Other, key.Status, key.Stream);
            if (_cells.TryGetValue(key, out cells))
                return cells;
        }
        cells = new(metrics, key);
        if (_cells.TryAdd(key, cells))
            Interlocked.Increment(ref _keys);
        // Where another thread was first, both objects hold the same series.
        return cells;
    }

    private RequestKey Canonical(in RequestKey key) => new(
        labels.Endpoint(key.Endpoint), labels.Name(key.Model), labels.Name(key.Provider), labels.Name(key.TargetModel),
        labels.Name(key.Key), labels.Name(key.Team), key.Status is >= 100 and <= 599 ? key.Status : 0, key.Stream);
}
