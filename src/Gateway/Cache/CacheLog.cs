namespace Gateway.Cache;

/// <summary>What is said about the cache. Never a request or an answer.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(CacheEventIds.StoreFailed, LogLevel.Warning, "Cache: the store fails or is slow; answers that only it has are asked for again")]
    public static partial void StoreFailed(ILogger logger, Exception error);

    [LoggerMessage(CacheEventIds.StoreWorksAgain, LogLevel.Information, "Cache: the store works again")]
    public static partial void StoreWorksAgain(ILogger logger);
}
