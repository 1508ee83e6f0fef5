using Gateway.Core.Errors;

namespace Gateway.Idempotency;

/// <summary>What a client is told whose Idempotency-Key is known and whose request is not made.</summary>
internal static class IdempotencyErrors
{
    public static readonly GatewayError StoreUnavailable = new(ErrorKind.StoreUnavailable,
        $"The store does not answer, so nobody can say whether the request of this {IdempotencyKey.Header} was made before; nothing was sent. The operator's log says why.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    public static readonly GatewayError Reused = new(ErrorKind.IdempotencyKeyReused,
        $"This {IdempotencyKey.Header} was sent with another request before. A key stands for one request: send this one with a new key.", IdempotencyKey.Header);

    public static GatewayError InProgress(string requestId) => new(ErrorKind.IdempotencyInProgress,
        $"The request of this {IdempotencyKey.Header} is still under way ({requestId}). Ask again for its answer.", IdempotencyKey.Header)
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static GatewayError OutcomeUnknown(string requestId) => new(ErrorKind.IdempotencyOutcomeUnknown,
        $"The gateway that made the request of this {IdempotencyKey.Header} stopped before its end ({requestId}). It may have been made and paid for; "
        + "the ledger says more. To make it again, send it with a new key.", IdempotencyKey.Header);

    public static GatewayError AnswerNotKept(string requestId) => new(ErrorKind.IdempotencyAnswerNotKept,
        $"The request of this {IdempotencyKey.Header} was made and answered ({requestId}), and the answer was too long to be kept. To make it again, send it with a new key.",
        IdempotencyKey.Header);
}
