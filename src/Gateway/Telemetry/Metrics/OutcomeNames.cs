using System.Diagnostics;

namespace Gateway.Telemetry.Metrics;

/// <summary>The values of the labels <c>outcome</c> and <c>reason</c>.</summary>
internal static class OutcomeNames
{
    public static string Label(this AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Success => "success",
        AttemptOutcome.ClientError => "client_error",
        AttemptOutcome.RateLimited => "rate_limited",
        AttemptOutcome.ServerError => "server_error",
        AttemptOutcome.ConnectError => "connect_error",
        AttemptOutcome.Timeout => "timeout",
        AttemptOutcome.Interrupted => "interrupted",
        AttemptOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException($"unnamed outcome {outcome}"),
    };
}
