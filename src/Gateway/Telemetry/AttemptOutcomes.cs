using Gateway.Core.Errors;

namespace Gateway.Telemetry;

/// <summary>From what ended an attempt to the label of its outcome.</summary>
internal static class AttemptOutcomes
{
    /// <param name="error">Null: the answer is whole.</param>
    public static AttemptOutcome Of(GatewayError? error) => error switch
    {
        null => AttemptOutcome.Success,
        { Kind: ErrorKind.RateLimited } => AttemptOutcome.RateLimited,
        { Kind: ErrorKind.UpstreamTimeout } => AttemptOutcome.Timeout,
        { Kind: ErrorKind.ClientClosed } => AttemptOutcome.Cancelled,
        { Kind: ErrorKind.UpstreamRejected } or { Kind: ErrorKind.InvalidRequest } => AttemptOutcome.ClientError,
        { UpstreamStatus: not null } => AttemptOutcome.ServerError,
        { NotSent: true } => AttemptOutcome.ConnectError,
        _ => AttemptOutcome.Interrupted,
    };
}
