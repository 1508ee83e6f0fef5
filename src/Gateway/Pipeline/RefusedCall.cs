using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Telemetry;

namespace Gateway.Pipeline;

/// <summary>What becomes of a request that was not let in: the client learns what is left, the metrics who refused.</summary>
internal static class RefusedCall
{
    public static readonly GatewayError StoreUnavailable = new(ErrorKind.StoreUnavailable,
        "The ledger cannot take any more rows at the moment, and what may not be recorded is not sent. The operator's log says why.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    public static readonly GatewayError OutOfTime = new(ErrorKind.UpstreamTimeout, "The time that this request had (x-gateway-timeout) was over before a target was asked.") { IsClientLimit = true };

    public static GatewayError Tell(Call call, AdmissionRejection rejection, ITelemetry telemetry)
    {
        call.RateLimits = rejection.RateLimits;
        call.TargetIsFull = rejection.OwnerKind == OwnerKind.Target;
        if (rejection.Reason == RejectionReason.RateLimit) telemetry.RateLimited(rejection.OwnerKind.Label(), rejection.Owner);
        else if (rejection.Reason != RejectionReason.Store) telemetry.BudgetRejected(rejection.OwnerKind.Label(), rejection.Owner);
        return rejection.Error;
    }
}
