using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Telemetry;

/// <summary>How an upstream attempt ended; the closed set behind the label <c>outcome</c>.</summary>
internal enum AttemptOutcome
{
    Success, ClientError, RateLimited, ServerError, ConnectError, Timeout, Interrupted, Cancelled,
}

/// <summary>What is known of a request when it ends: the source of its metrics, its log line and its span.</summary>
internal struct RequestRecord
{
    /// <summary>The route.</summary>
    public string Endpoint;
    public string RequestId;
    /// <summary>Name in the configuration, or null where the request never got that far.</summary>
    public string? Model;
    public string? Provider;
    public string? TargetModel;
    public string? Key;
    public string? Team;
    /// <summary>The status the client got; 499 where it left first.</summary>
    public int Status;
    public bool Stream;
    public int Attempts;
    public TimeSpan Duration;
    /// <summary>Duration less the time spent waiting for upstreams and for the client to read.</summary>
    public TimeSpan Overhead;
    /// <summary>From the start of the request to the first byte of the answer's body.</summary>
    public TimeSpan? FirstByte;
    public TokenUsage Usage;
    public UsageSource UsageSource;
    public NanoUsd Cost;
    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode;
    /// <summary>The model the provider says answered; for spans alone, null where nobody looked.</summary>
    public string? ResponseModel;
    /// <summary>The answer's <c>finish_reason</c>, as the provider spells it; for spans alone, null where nobody looked.</summary>
    public string? FinishReason;
}
