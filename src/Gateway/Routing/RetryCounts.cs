using Gateway.Config;
using Gateway.Telemetry;

namespace Gateway.Routing;

/// <summary>How many further rounds a failure is worth.</summary>
internal static class RetryCounts
{
    public static int After(this RetryConfig retries, AttemptOutcome failure) => failure switch
    {
        AttemptOutcome.RateLimited => retries.RateLimited ?? retries.Default,
        AttemptOutcome.Timeout => retries.Timeout ?? retries.Default,
        AttemptOutcome.ServerError => retries.ServerError ?? retries.Default,
        AttemptOutcome.ConnectError => retries.ConnectError ?? retries.Default,
        AttemptOutcome.Interrupted => retries.Interrupted ?? retries.Default,
        _ => 0,   // the request is to blame, or nobody waits any more
    };
}
