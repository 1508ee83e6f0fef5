namespace Gateway.Telemetry;

/// <summary>What the cache did for a request to a model that has one.</summary>
internal enum CacheResult
{
    /// <summary>It got an answer that was at hand.</summary>
    Hit,

    /// <summary>It got an answer out of the store.</summary>
    StoreHit,

    /// <summary>It got the answer of another one that means the same.</summary>
    SemanticHit,

    /// <summary>It waited for another one of its kind, and got its answer.</summary>
    Joined,

    /// <summary>It was made.</summary>
    Miss,

    /// <summary>It was made: the client said so, or its answer cannot be given again.</summary>
    Bypass,
}
