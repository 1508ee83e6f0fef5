using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>cache: { ttl: 10m }</c> of a model.</summary>
internal static class ModelCacheShape
{
    private static readonly ModelCacheConfig Defaults = new() { Ttl = default };

    private static readonly ChoiceKind<CacheShare> Shares = new([("key", CacheShare.Key), ("team", CacheShare.Team), ("gateway", CacheShare.Gateway)]);

    private static readonly Key<TimeSpan> Ttl = new("ttl", new DurationKind(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)), "How long an answer is given again to the same request.") { Required = true };

    private static readonly Key<CacheShare> Share = new("share", Shares, "Who gets it: key (the virtual key that it was made for), team (all keys of its team) or gateway (every key that may use the model).") { Default = Defaults.Share };

    private static readonly Key<long> MaxSize = new("max_size", new SizeKind(1, 16 << 20), "Answers that are longer are not kept.") { Default = Defaults.MaxSize };

    private static readonly Key<SemanticCacheConfig> Semantic = new("semantic", SemanticCacheShape.Kind, "Gives an answer also to requests that mean the same in other words (docs/cache.md); absent: the request has to be the same.");

    public static readonly RecordKind<ModelCacheConfig> Kind = new("model_cache", [Ttl, Share, MaxSize, Semantic], static m => new()
    {
        Ttl = m.Get(Ttl),
        Share = m.Get(Share),
        MaxSize = m.Get(MaxSize),
        Semantic = m.Get(Semantic),
    });
}
