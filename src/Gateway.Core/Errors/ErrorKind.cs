namespace Gateway.Core.Errors;

/// <summary>Every way a request can end without the answer it asked for. A closed set: <see cref="ErrorTable"/> describes each.</summary>
public enum ErrorKind
{
    /// <summary>The request is wrong; <see cref="GatewayError.Param"/> names the field.</summary>
    InvalidRequest,
    InvalidApiKey,
    /// <summary>The virtual key exists and is blocked.</summary>
    KeyBlocked,
    ModelNotAllowed,
    /// <summary>The credential's role does not allow this.</summary>
    Forbidden,
    ModelNotFound,
    NotFound,
    MethodNotAllowed,
    /// <summary>What is asked for does not go together with what is there; the message says with what.</summary>
    Conflict,
    /// <summary>The request was made on another revision than the one that is there.</summary>
    PreconditionFailed,
    /// <summary>The Idempotency-Key stands for another request.</summary>
    IdempotencyKeyReused,
    /// <summary>The request of this Idempotency-Key is still under way.</summary>
    IdempotencyInProgress,
    /// <summary>Who made the request of this Idempotency-Key died before its end.</summary>
    IdempotencyOutcomeUnknown,
    /// <summary>The request of this Idempotency-Key was answered, with more than is kept.</summary>
    IdempotencyAnswerNotKept,
    BodyTooLarge,
    UnsupportedMediaType,
    RateLimited,
    BudgetExceeded,
    /// <summary>The upstream refused this request for a reason of the request's own; its status is kept.</summary>
    UpstreamRejected,
    /// <summary>The upstream could not be reached, failed, or answered something that is no answer.</summary>
    BadUpstream,
    UpstreamTimeout,
    NoTargetAvailable,
    StoreUnavailable,
    Overloaded,
    /// <summary>The client left before its answer was complete. Never written to anybody; it ends up in the ledger and the log.</summary>
    ClientClosed,
    /// <summary>A bug of ours. The message says nothing but the request id.</summary>
    Internal,
}
