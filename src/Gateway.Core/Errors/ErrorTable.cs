using System.Diagnostics;

namespace Gateway.Core.Errors;

/// <summary>What a kind of error looks like from outside (docs/troubleshooting.md; the names are OpenAI's where it has one).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The body's <c>error.type</c>.</param>
/// <param name="Code">The body's <c>error.code</c>; null where only the message can say it.</param>
/// <param name="TryNextTarget">Whether another target may be asked, as long as no byte has gone to the client.</param>
public readonly record struct ErrorDescription(int Status, string Type, string? Code, bool TryNextTarget);

/// <summary>The one table from error kind to status, type, code and whether another target may help.</summary>
public static class ErrorTable
{
    private const string InvalidRequestError = "invalid_request_error";
    private const string UpstreamError = "upstream_error";
    private const string OverloadedError = "overloaded_error";

    /// <summary>Describes a kind; a kind that is not listed is a bug and throws.</summary>
    public static ErrorDescription Describe(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest => new(400, InvalidRequestError, null, false),
        ErrorKind.InvalidApiKey => new(401, InvalidRequestError, "invalid_api_key", false),
        ErrorKind.KeyBlocked => new(403, InvalidRequestError, "key_blocked", false),
        ErrorKind.ModelNotAllowed => new(403, InvalidRequestError, "model_not_allowed", false),
        ErrorKind.Forbidden => new(403, InvalidRequestError, "forbidden", false),
        ErrorKind.ModelNotFound => new(404, InvalidRequestError, "model_not_found", false),
        ErrorKind.NotFound => new(404, InvalidRequestError, "not_found", false),
        ErrorKind.MethodNotAllowed => new(405, InvalidRequestError, "method_not_allowed", false),
        ErrorKind.Conflict => new(409, InvalidRequestError, "conflict", false),
        ErrorKind.PreconditionFailed => new(412, InvalidRequestError, "precondition_failed", false),
        ErrorKind.IdempotencyKeyReused => new(422, InvalidRequestError, "idempotency_key_reused", false),
        ErrorKind.IdempotencyInProgress => new(409, InvalidRequestError, "idempotency_in_progress", false),
        ErrorKind.IdempotencyOutcomeUnknown => new(409, InvalidRequestError, "idempotency_outcome_unknown", false),
        ErrorKind.IdempotencyAnswerNotKept => new(409, InvalidRequestError, "idempotency_answer_not_kept", false),
        ErrorKind.BodyTooLarge => new(413, InvalidRequestError, "body_too_large", false),
        ErrorKind.UnsupportedMediaType => new(415, InvalidRequestError, "unsupported_media_type", false),
        ErrorKind.RateLimited => new(429, "rate_limit_error", "rate_limit_exceeded", false),
        ErrorKind.BudgetExceeded => new(429, "insufficient_quota", "budget_exceeded", false),
        ErrorKind.UpstreamRejected => new(400, InvalidRequestError, null, false),
        ErrorKind.BadUpstream => new(502, UpstreamError, "bad_upstream", true),
        ErrorKind.UpstreamTimeout => new(504, UpstreamError, "upstream_timeout", true),
        ErrorKind.NoTargetAvailable => new(503, OverloadedError, "no_target_available", false),
        ErrorKind.StoreUnavailable => new(503, OverloadedError, "store_unavailable", false),
        ErrorKind.Overloaded => new(503, OverloadedError, "overloaded", false),
        // nginx's number for a client that left: nobody reads it but the ledger and the log.
        ErrorKind.ClientClosed => new(499, "client_closed_request", "client_closed_request", false),
        ErrorKind.Internal => new(500, "api_error", "internal_error", false),
        _ => throw new UnreachableException($"undescribed error kind {kind}"),
    };
}
