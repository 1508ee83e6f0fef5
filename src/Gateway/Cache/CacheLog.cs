using Gateway.Core.Errors;

namespace Gateway.Cache;

/// <summary>What is said about the cache. Never a request or an answer.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(CacheEventIds.StoreFailed, LogLevel.Warning, "Cache: the store fails or is slow; answers that only it has are asked for again")]
    public static partial void StoreFailed(ILogger logger, Exception error);

    [LoggerMessage(CacheEventIds.NotEmbedded, LogLevel.Warning, "Cache: the embedding model '{Model}' gave no vector ({Kind}); the request was made without looking for one that means the same")]
    public static partial void NotEmbedded(ILogger logger, string model, ErrorKind kind);

    [LoggerMessage(CacheEventIds.NotCompared, LogLevel.Error, "Cache: a comparison in shadow mode failed by a bug of the gateway")]
    public static partial void NotCompared(ILogger logger, Exception error);

    [LoggerMessage(CacheEventIds.StoreWorksAgain, LogLevel.Information, "Cache: the store works again")]
    public static partial void StoreWorksAgain(ILogger logger);
}
