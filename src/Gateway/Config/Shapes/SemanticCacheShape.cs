using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>semantic: { embedding_model: embed, threshold: 0.95, shadow: true }</c> of a model's cache.</summary>
internal static class SemanticCacheShape
{
    private static readonly SemanticCacheConfig Defaults = new() { EmbeddingModel = "" };

    private static readonly Key<string> EmbeddingModel = new("embedding_model", FallbackKind.One, "A model of this gateway's that makes vectors of the texts; paid by the key that asks.") { Required = true };

    private static readonly Key<double> Threshold = new("threshold", new NumberKind(0.5, 1), "The least similarity (cosine) of two texts that get one answer.") { Default = Defaults.Threshold };

    private static readonly Key<bool> Shadow = new("shadow", FlagKind.Instance, "true: nothing is answered; what would have been is counted, and listed at /admin/v1/cache/shadow.") { Default = Defaults.Shadow };

    private static readonly Key<int> MaxEntries = new("max_entries", new IntegerKind<int>(1, 100_000), "Texts that are compared with at most, 6 KiB each with usual vectors; the oldest make room.") { Default = Defaults.MaxEntries };

    public static readonly RecordKind<SemanticCacheConfig> Kind = new("semantic", [EmbeddingModel, Threshold, Shadow, MaxEntries], static m => new()
    {
        EmbeddingModel = m.Get(EmbeddingModel),
        Threshold = m.Get(Threshold),
        Shadow = m.Get(Shadow),
        MaxEntries = m.Get(MaxEntries),
    });
}
