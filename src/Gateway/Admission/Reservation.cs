using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Routing;

namespace Gateway.Admission;

/// <summary>
/// The right to make one upstream attempt. Only <see cref="IAdmission"/> makes one, the sender's only method takes one, and it is given back exactly once:
/// that is why no endpoint can forget the budget.
/// </summary>
internal abstract class Reservation
{
    /// <summary>Unique over all time: the request id and the attempt's number.</summary>
    public required string AttemptId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Target Target { get; init; }

    /// <summary>What is held while the attempt runs.</summary>
    public required NanoUsd Hold { get; init; }

    /// <summary>What is left of the key's rate limits, this attempt counted.</summary>
    public RateLimitHeaders RateLimits { get; init; }

    /// <summary>Replaces the hold by what the attempt did cost, in the window it was admitted to. A second call does nothing.</summary>
    public abstract void Settle(NanoUsd cost, in TokenUsage usage);
}
