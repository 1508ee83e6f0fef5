using Gateway.Core.Money;
using Gateway.Overload;

namespace Gateway.Telemetry;

/// <summary>Step 10: what the pipeline tells the outside world. Every method is cheap, never throws and never waits.</summary>
internal interface ITelemetry
{
    /// <summary>One more request is under way; <paramref name="endpoint"/> is a route.</summary>
    void RequestStarted(string endpoint);

    /// <summary>The request ended, one way or another: metrics, access log. Follows every <see cref="RequestStarted"/> once.</summary>
    void RequestFinished(in RequestRecord record);

    void AttemptFinished(string provider, string targetModel, AttemptOutcome outcome);

    /// <summary>The pipeline moved on to the next target; <paramref name="reason"/> is why the one before it failed.</summary>
    void FellBack(string model, AttemptOutcome reason);

    /// <summary>The pipeline tries the model's targets once more.</summary>
    void Retried(string model, AttemptOutcome reason);

    /// <summary>A request to <paramref name="model"/> was sent a second time while the first was under way.</summary>
    void Hedged(string model, HedgeResult result);

    /// <summary>A request was refused by a limit of <paramref name="ownerKind"/> (key, team, gateway, target).</summary>
    void RateLimited(string ownerKind, string owner);

    void BudgetRejected(string ownerKind, string owner);

    /// <summary>A request waited for its turn, whether or not it came; <paramref name="team"/> is its key's.</summary>
    void Queued(string? team, TimeSpan wait);

    /// <summary>A request was refused because there are too many; <paramref name="why"/> is a refusal.</summary>
    void Shed(string? team, GateResult why);

    /// <summary>What became of a request with an Idempotency-Key.</summary>
    void Idempotency(IdempotencyResult result);

    /// <summary>What the cache did for a request to <paramref name="model"/>.</summary>
    void Cached(string model, CacheResult result);

    /// <summary>What a semantic cache in shadow mode would have done.</summary>
    void Shadowed(string model, ShadowResult result);

    /// <summary>What a provider would have been paid for an answer that was given again.</summary>
    void CacheSaved(string model, NanoUsd amount);
}
