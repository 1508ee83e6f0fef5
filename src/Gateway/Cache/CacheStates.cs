namespace Gateway.Cache;

/// <summary>The values of the header <c>x-gateway-cache</c> of answers.</summary>
internal static class CacheStates
{
    /// <summary>The model has no cache, the request said so, or its answer cannot be kept.</summary>
    public const string Off = "off";

    /// <summary>It was made.</summary>
    public const string Miss = "miss";

    /// <summary>Somebody was given it before.</summary>
    public const string Hit = "hit";
}
