namespace Gateway.Cache;

/// <summary>What a client says about its request in the header <c>x-gateway-cache</c>.</summary>
internal enum CacheControl
{
    Default,

    /// <summary>It is made, and its answer replaces the one that is kept.</summary>
    NoCache,

    /// <summary>It is made, and nothing of it is kept.</summary>
    NoStore,
}
