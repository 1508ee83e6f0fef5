using static Gateway.Telemetry.Metrics.MetricScale;

namespace Gateway.Telemetry.Metrics;

/// <summary>Every instrument of the gateway: names, labels and buckets of contract §5 (docs/observability.md shows the same table to users).</summary>
internal sealed class GatewayMetrics
{
    // As LiteLLM's, from a refused request to a long reasoning answer.
    private static readonly BucketBounds RequestSeconds =
        new(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300);

    // The gateway's own part is tens of microseconds; what lies above 10 ms is a fault to look for.
    private static readonly BucketBounds OverheadSeconds =
        new(.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, 1);

    private static readonly BucketBounds FirstTokenSeconds =
        new(.01, .025, .05, .1, .25, .5, .75, 1, 2.5, 5, 10, 30, 60);

    // 1 ms is 1,000 tokens a second, faster than any provider of 2026 serves one request.
    private static readonly BucketBounds PerTokenSeconds =
        new(.001, .0025, .005, .01, .015, .02, .03, .04, .05, .075, .1, .25, .5, 1);

    // Up to the longest wait that can be configured.
    private static readonly BucketBounds QueueSeconds =
        new(.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300);

    private readonly List<MetricFamily> _families = [];
    private readonly SeriesCap _cap;

    public GatewayMetrics(MetricSources sources, SeriesCap? cap = null)
    {
        _cap = cap ?? new();
        Requests = Counter("gateway_requests_total", "Requests answered, by the status the client got (499: it left first).", One,
            "endpoint", "model", "provider", "target_model", "key", "team", "status", "stream");
        RequestDuration = Histogram("gateway_request_duration_seconds", "From the first byte of a request to the last byte of its answer.",
            RequestSeconds, "endpoint", "model", "provider");
        Overhead = Histogram("gateway_overhead_seconds", "The gateway's own part of a request: not waiting for upstreams or for the client to read.",
            OverheadSeconds, "endpoint");
        TimeToFirstToken = Histogram("gateway_time_to_first_token_seconds", "From the start of a streamed request to the first byte of its answer.",
            FirstTokenSeconds, "model", "provider");
        TimePerOutputToken = Histogram("gateway_time_per_output_token_seconds", "Time after the first byte of a stream, by output tokens after the first.",
            PerTokenSeconds, "model", "provider");
        Tokens = Counter("gateway_tokens_total", "Tokens billed; input is uncached input, reasoning is a part of output.", One,
            "model", "provider", "key", "team", "type");
        Cost = Counter("gateway_cost_usd_total", "Cost of requests in US dollars, exact to the nano-dollar.", NanoDollars,
            "model", "provider", "key", "team");
        UpstreamAttempts = Counter("gateway_upstream_attempts_total", "Attempts to get an answer from an upstream.", One,
            "provider", "target_model", "outcome");
        Fallbacks = Counter("gateway_fallbacks_total", "Moves to the next target, by why the one before it failed.", One, "model", "reason");
        Retries = Counter("gateway_retries_total", "Further rounds over a model's targets, by why the attempt before failed.", One, "model", "reason");
        RateLimited = Counter("gateway_rate_limited_total", "Requests refused by a rate or concurrency limit.", One, "owner_kind", "owner");
        BudgetRejections = Counter("gateway_budget_rejections_total", "Requests refused because a budget had no room for them.", One, "owner_kind", "owner");
        QueueWait = Histogram("gateway_queue_wait_seconds", "How long requests waited because as many as may be were under way, whether or not their turn came.", QueueSeconds, "team");
        Shed = Counter("gateway_shed_total", "Requests refused because there are too many.", One, "team", "reason");
        Idempotency = Counter("gateway_idempotency_total", "Requests with an Idempotency-Key, by what became of them; released: a claimed one failed.", One, "result");
        Hedges = Counter("gateway_hedges_total", "Requests sent a second time because the first attempt took long (hedge): the second answered first (won), it did not (lost), or it came to nothing (failed).", One, "model", "result");
        CacheRequests = Counter("gateway_cache_requests_total", "Requests to models with a cache: answered out of memory (hit) or the store (store_hit), with the answer to one that means the same (semantic_hit), with the answer of another one that was under way (joined), made (miss), or made because the answer may not be shared (bypass).", One, "model", "result");
        CacheShadow = Counter("gateway_cache_shadow_total", "Requests that a semantic cache in shadow mode would have answered (hit), or not (miss), and that it did not compare because too many waited (skipped).", One, "model", "result");
        CacheSaved = Counter("gateway_cache_saved_usd_total", "What answers out of the cache did cost when they were made, in US dollars.", NanoDollars, "model");
        RequestsInFlight = Add(new GaugeFamily("gateway_requests_in_flight", "Requests under way.", ["endpoint"], _cap));
        Read("gateway_metric_series_overflow_total", "Records that went to the series \"other\" because their metric had its full number of series.",
            MetricKind.Counter, One, ["metric"], _cap.Read);
        AddSources(sources);
        ProcessMetrics.AddTo(this);
    }

    public CounterFamily Requests { get; }

    public HistogramFamily RequestDuration { get; }

    public HistogramFamily Overhead { get; }

    public HistogramFamily TimeToFirstToken { get; }

    public HistogramFamily TimePerOutputToken { get; }

    public CounterFamily Tokens { get; }

    public CounterFamily Cost { get; }

    public CounterFamily UpstreamAttempts { get; }

    public CounterFamily Fallbacks { get; }

    public CounterFamily Retries { get; }

    public CounterFamily RateLimited { get; }

    public CounterFamily BudgetRejections { get; }

    public HistogramFamily QueueWait { get; }

    public CounterFamily Shed { get; }

    public CounterFamily Idempotency { get; }

    public CounterFamily Hedges { get; }

    public CounterFamily CacheRequests { get; }

    public CounterFamily CacheShadow { get; }

    public CounterFamily CacheSaved { get; }

    public GaugeFamily RequestsInFlight { get; }

    public SeriesCap Cap => _cap;

    /// <summary>Every family, in the order they are shown.</summary>
    public IReadOnlyList<MetricFamily> Families => _families;

    /// <summary>Declares a metric whose series are read from elsewhere.</summary>
    public void Read(string name, string help, MetricKind kind, MetricScale scale, string[] labels, Func<IEnumerable<Series>> read) =>
        Add(new CallbackFamily(name, help, kind, scale, labels, read));

    /// <summary>Declares a metric of one series that is read from elsewhere.</summary>
    public void Read(string name, string help, MetricKind kind, MetricScale scale, Func<long> read) =>
        Read(name, help, kind, scale, [], () => [new Series([], read())]);

    private void AddSources(MetricSources sources)
    {
        if (sources.Budgets is { } budgets)
        {
            string[] labels = ["owner_kind", "owner", "period"];
            Read("gateway_budget_limit_usd", "Limit of a budget.", MetricKind.Gauge, NanoDollars, labels, () => BudgetSeries.Of(budgets(), static b => b.Limit));
            Read("gateway_budget_spent_usd", "Settled cost in the budget's current window.", MetricKind.Gauge, NanoDollars, labels, () => BudgetSeries.Of(budgets(), static b => b.Spent));
            Read("gateway_budget_held_usd", "Reserved by attempts under way.", MetricKind.Gauge, NanoDollars, labels, () => BudgetSeries.Of(budgets(), static b => b.Held));
        }
        if (sources.Targets is { } targets)
        {
            string[] labels = ["provider", "target_model"];
            Read("gateway_target_state", "0: left alone by its breaker; 1: being probed, or it asked for a pause; 2: up.", MetricKind.Gauge, One, labels, () => targets().Select(static t => new Series([t.Provider, t.Model], t.State)));
            Read("gateway_target_in_flight", "Attempts under way at a target.", MetricKind.Gauge, One, labels, () => targets().Select(static t => new Series([t.Provider, t.Model], t.InFlight)));
        }
        if (sources.Concurrency is { } concurrency)
        {
            Read("gateway_concurrency", "Requests that count towards server.overload.max_concurrency.", MetricKind.Gauge, One, () => concurrency().InUse);
            Read("gateway_concurrency_limit", "server.overload.max_concurrency: requests that may be under way.", MetricKind.Gauge, One, () => concurrency().Limit);
            Read("gateway_queue_depth", "Requests that wait for one of those to end.", MetricKind.Gauge, One, () => concurrency().Waiting);
        }
        if (sources.Probes is { } probes)
            Read("gateway_provider_up", "Whether a provider that is probed answers: 0 after as many failed probes in a row as its probe.failures says.", MetricKind.Gauge, One, ["provider"], () => probes().Select(static p => new Series([p.Provider], p.IsUp ? 1 : 0)));
        if (sources.LedgerQueueLength is { } queue)
            Read("gateway_ledger_queue_length", "Ledger rows that are safe from a crash but not in the store yet.", MetricKind.Gauge, One, queue);
        if (sources.LedgerDropped is { } dropped)
            Read("gateway_ledger_dropped_total", "Ledger rows lost; must stay 0.", MetricKind.Counter, One, dropped);
        if (sources.ConfigGeneration is { } generation)
            Read("gateway_config_generation", "Number of the running configuration; every change that was taken over adds one.", MetricKind.Gauge, One, generation);
        if (sources.ConfigLastReloadSuccessful is { } successful)
            Read("gateway_config_last_reload_successful", "1 if the last change of the configuration file was taken over.", MetricKind.Gauge, One, () => successful() ? 1 : 0);
        if (sources.StoreAway is { } away)
            Read("gateway_store_up", "0 while the store does not answer or does not take ledger rows.", MetricKind.Gauge, One, () => away() ? 0 : 1);
        if (sources.CacheBytes is { } cached)
            Read("gateway_cache_bytes", "Answers that are at hand to be given again, in bytes.", MetricKind.Gauge, One, cached);
        if (sources.CacheDropped is { } lost)
            Read("gateway_cache_dropped_total", "Answers that are not in the store's cache because too many waited to be written.", MetricKind.Counter, One, lost);
        if (sources.ShareExchanges is { } exchanges)
            Read("gateway_share_exchanges_total", "Exchanges with the store about limits that several gateways share.", MetricKind.Counter, One, ["outcome"],
                () => [new(["ok"], exchanges().Ok), new(["failed"], exchanges().Failed)]);
        if (sources.LogLinesDropped is { } lines)
            Read("gateway_log_lines_dropped_total", "Log lines lost because standard output was not read fast enough.", MetricKind.Counter, One, lines);
    }

    private CounterFamily Counter(string name, string help, MetricScale scale, params string[] labels) =>
        Add(new CounterFamily(name, help, scale, labels, _cap));

    private HistogramFamily Histogram(string name, string help, BucketBounds bounds, params string[] labels) =>
        Add(new HistogramFamily(name, help, bounds, labels, _cap));

    private T Add<T>(T family) where T : MetricFamily
    {
        _families.Add(family);
        return family;
    }
}
