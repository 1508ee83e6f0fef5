namespace Gateway.Idempotency;

/// <summary>What is said about requests that are made once. Never a key's text or an answer.</summary>
internal static partial class IdempotencyLog
{
    [LoggerMessage(IdempotencyEventIds.StoreFailed, LogLevel.Error,
        "Idempotency: the store fails; requests with an Idempotency-Key are refused with 503, and answers that come now are not kept")]
    public static partial void StoreFailed(ILogger logger, Exception error);

    [LoggerMessage(IdempotencyEventIds.StoreWorksAgain, LogLevel.Information, "Idempotency: the store works again")]
    public static partial void StoreWorksAgain(ILogger logger);

    [LoggerMessage(IdempotencyEventIds.ClaimLost, LogLevel.Warning, "Idempotency: {RequestId} was answered, and its record is gone: the same request would be made again")]
    public static partial void ClaimLost(ILogger logger, string requestId);

    [LoggerMessage(IdempotencyEventIds.KeeperFailed, LogLevel.Error, "Idempotency: a round of upkeep failed by a bug of the gateway; the next one comes in 5 s")]
    public static partial void KeeperFailed(ILogger logger, Exception error);
}
