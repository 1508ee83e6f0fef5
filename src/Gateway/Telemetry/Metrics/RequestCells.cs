namespace Gateway.Telemetry.Metrics;

/// <summary>Every series a request of one <see cref="RequestKey"/> counts in, found once.</summary>
/// <remarks>Series that many requests never need (a token class, streams' timings) are made when the first one does.</remarks>
internal sealed class RequestCells(GatewayMetrics metrics, RequestKey key)
{
    private readonly string _model = key.Model ?? "";
    private readonly string _provider = key.Provider ?? "";
    private readonly string _key = key.Key ?? "";
    private readonly string _team = key.Team ?? "";
    private readonly Counter _requests = metrics.Requests.With(
        key.Endpoint, key.Model ?? "", key.Provider ?? "", key.TargetModel ?? "", key.Key ?? "", key.Team ?? "",
        LabelNames.Status(key.Status), key.Stream ? "true" : "false");
    private readonly Histogram _duration = metrics.RequestDuration.With(key.Endpoint, key.Model ?? "", key.Provider ?? "");
    private readonly Histogram _overhead = metrics.Overhead.With(key.Endpoint);
    private readonly Gauge _inFlight = metrics.RequestsInFlight.With(key.Endpoint);
    private Histogram? _firstToken;
    private Histogram? _perToken;
    private Counter? _cost;
    private Counter? _input;
    private Counter? _output;
    private Counter? _cacheRead;
    private Counter? _cacheWrite;
    private Counter? _reasoning;

    public void Record(in RequestRecord record)
    {
        _inFlight.Add(-1);
        _requests.Increment();
        _duration.Observe(record.Duration);
        _overhead.Observe(record.Overhead);
        if (record.Cost.Value > 0)
            (_cost ??= metrics.Cost.With(_model, _provider, _key, _team)).Add(record.Cost.Value);
        if (record.Usage.Total > 0)
            RecordTokens(in record);
        if (record.Stream && record.FirstByte is { } firstByte)
            RecordStream(in record, firstByte);
    }

    private void RecordTokens(in RequestRecord record)
    {
        ref readonly var usage = ref record.Usage;
        Add(ref _input, "input", usage.Input + usage.InputAudio + usage.InputImage);
        Add(ref _output, "output", usage.Output);
        Add(ref _cacheRead, "cache_read", usage.CacheRead);
        Add(ref _cacheWrite, "cache_write", usage.CacheWrite + usage.CacheWriteHour);
        Add(ref _reasoning, "reasoning", usage.Reasoning);
    }

    private void RecordStream(in RequestRecord record, TimeSpan firstByte)
    {
        (_firstToken ??= metrics.TimeToFirstToken.With(_model, _provider)).Observe(firstByte);
        // The first token is in the time to the first byte; a stream that was cut has no honest rate.
        if (record.Usage.Output > 1 && record.ErrorCode is null)
            (_perToken ??= metrics.TimePerOutputToken.With(_model, _provider)).Observe((record.Duration - firstByte) / (record.Usage.Output - 1));
    }

    private void Add(ref Counter? cell, string type, long tokens)
    {
        if (tokens > 0)
            (cell ??= metrics.Tokens.With(_model, _provider, _key, _team, type)).Add(tokens);
    }
}
