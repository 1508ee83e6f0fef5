using Gateway.Core.Money;
using Gateway.Overload;
using Gateway.Telemetry.Logs;
using Gateway.Telemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>Step 10: counts, and writes the access log. Spans are the business of <see cref="Traces.Tracing"/>.</summary>
internal sealed class GatewayTelemetry(GatewayMetrics metrics, LabelNames labels, AccessLog log) : ITelemetry
{
    private readonly RequestMetrics _requests = new(metrics, labels);
    private readonly PairCounters _attempts = new(
        pair => metrics.UpstreamAttempts.With(pair.First, pair.Second, ((AttemptOutcome)pair.Member).Label()),
        pair => new(labels.Name(pair.First)!, labels.Name(pair.Second)!, pair.Member));
    private readonly PairCounters _fallbacks = new(
        pair => metrics.Fallbacks.With(pair.First, ((AttemptOutcome)pair.Member).Label()),
        pair => new(labels.Name(pair.First)!, "", pair.Member));
    private readonly PairCounters _retries = new(
        pair => metrics.Retries.With(pair.First, ((AttemptOutcome)pair.Member).Label()),
        pair => new(labels.Name(pair.First)!, "", pair.Member));
    private readonly PairCounters _hedges = new(
        pair => metrics.Hedges.With(pair.First, ((HedgeResult)pair.Member).Label()),
        pair => new(labels.Name(pair.First)!, "", pair.Member));
    private readonly PairCounters _cached = new(
        pair => metrics.CacheRequests.With(pair.First, ((CacheResult)pair.Member).Label()),
        pair => new(labels.Name(pair.First)!, "", pair.Member));
    private readonly PairCounters _rateLimited = Owners(metrics.RateLimited, labels);
    private readonly PairCounters _budgetRejections = Owners(metrics.BudgetRejections, labels);

    public void RequestStarted(string endpoint) => _requests.Started(endpoint);

    public void RequestFinished(in RequestRecord record)
    {
        _requests.Finished(in record);
        log.Write(in record);
    }

    public void AttemptFinished(string provider, string targetModel, AttemptOutcome outcome) =>
        _attempts.Increment(provider, targetModel, (int)outcome);

    public void FellBack(string model, AttemptOutcome reason) => _fallbacks.Increment(model, "", (int)reason);

    public void Retried(string model, AttemptOutcome reason) => _retries.Increment(model, "", (int)reason);

    public void Hedged(string model, HedgeResult result) => _hedges.Increment(model, "", (int)result);

    public void RateLimited(string ownerKind, string owner) => _rateLimited.Increment(ownerKind, owner);

    public void BudgetRejected(string ownerKind, string owner) => _budgetRejections.Increment(ownerKind, owner);

    public void Queued(string? team, TimeSpan wait) => metrics.QueueWait.With(labels.Name(team) ?? "").Observe(wait);

    public void Shed(string? team, GateResult why) => metrics.Shed.With(labels.Name(team) ?? "", why.Label()).Increment();

    public void Idempotency(IdempotencyResult result) => metrics.Idempotency.With(result.Label()).Increment();

    public void Cached(string model, CacheResult result) => _cached.Increment(model, "", (int)result);

    public void Shadowed(string model, ShadowResult result) => metrics.CacheShadow.With(labels.Name(model)!, result.Label()).Increment();

    public void CacheSaved(string model, NanoUsd amount) => metrics.CacheSaved.With(labels.Name(model)!).Add(amount.Value);

    private static PairCounters Owners(CounterFamily family, LabelNames labels) => new(
        pair => family.With(pair.First, pair.Second),
        pair => new(LabelNames.OwnerKind(pair.First), labels.Owner(pair.First, pair.Second), 0));
}
