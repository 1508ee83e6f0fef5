namespace Gateway.Idempotency;

/// <summary>Log event ids of requests that are made once: 1210 to 1219, of the pipeline's range.</summary>
internal static class IdempotencyEventIds
{
    public const int StoreFailed = 1210;
    public const int StoreWorksAgain = 1211;
    public const int ClaimLost = 1212;
    public const int KeeperFailed = 1213;
}
