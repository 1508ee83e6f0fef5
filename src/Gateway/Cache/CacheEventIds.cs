namespace Gateway.Cache;

/// <summary>Log event ids of the cache: 1220 to 1229, of the pipeline's range.</summary>
internal static class CacheEventIds
{
    public const int StoreFailed = 1220;
    public const int StoreWorksAgain = 1221;
    public const int NotEmbedded = 1222;
    public const int NotCompared = 1223;
}
