using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Cache;

/// <summary>A whole answer, as its client got it.</summary>
internal sealed record CachedAnswer
{
    /// <summary>What an entry takes besides its body: itself, its names and its place in the table.</summary>
    private const int Overhead = 600;

    public required string Model { get; init; }

    public required string Provider { get; init; }

    /// <summary>The provider's name of the model that served.</summary>
    public required string TargetModel { get; init; }

    /// <summary>The header <c>x-gateway-target</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The header <c>x-gateway-dropped-params</c>; null where there was none.</summary>
    public string? DroppedParams { get; init; }

    /// <summary>The request that was made for it.</summary>
    public required string RequestId { get; init; }

    public required string ContentType { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required TokenUsage Usage { get; init; }

    /// <summary>Who says so.</summary>
    public UsageSource UsageSource { get; init; }

    /// <summary>What it cost, and whoever gets it again saves.</summary>
    public required NanoUsd Cost { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>What its request was called (<c>x-gateway-tags</c>).</summary>
    public IReadOnlyList<CacheTag> Tags { get; init; } = [];

    public int Size => Body.Length + Overhead;

    /// <summary>Whether it may still be given to somebody.</summary>
    public bool IsGood(DateTimeOffset now, CachePurges purges)
    {
        if (Until <= now) return false;
        foreach (var tag in Tags)
            if (purges.OfTag(tag.Name) != tag.Purged) return false;
        return true;
    }
}

/// <param name="Purged">The last purge of the tag when the request began.</param>
internal readonly record struct CacheTag(string Name, long Purged);
