using Gateway.Core.Money;
using Gateway.Overload;
using Gateway.Telemetry;

namespace Gateway.Tests.Simulation;

/// <summary>Tells who refused a request, when one is tried again, and what came of a second attempt beside the first.</summary>
internal sealed class SimTelemetry(Transcript said) : ITelemetry
{
    public void RateLimited(string ownerKind, string owner) => said.Refused(ownerKind, owner, forMoney: false);

    public void BudgetRejected(string ownerKind, string owner) => said.Refused(ownerKind, owner, forMoney: true);

    public void Retried(string model, AttemptOutcome reason) => said.Retried(model);

    public void Hedged(string model, HedgeResult result) => said.Hedged(model, result);

    public void RequestStarted(string endpoint)
    {
    }

    public void RequestFinished(in RequestRecord record)
    {
    }

    public void AttemptFinished(string provider, string targetModel, AttemptOutcome outcome)
    {
    }

    public void FellBack(string model, AttemptOutcome reason)
    {
    }

    public void Idempotency(IdempotencyResult result)
    {
    }

    public void Cached(string model, CacheResult result)
    {
    }

    public void Shadowed(string model, ShadowResult result)
    {
    }

    public void Queued(string? team, TimeSpan wait)
    {
    }

    public void Shed(string? team, GateResult why)
    {
    }

    public void CacheSaved(string model, NanoUsd amount)
    {
    }
}
