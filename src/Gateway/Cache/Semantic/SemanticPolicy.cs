using Gateway.Config;

namespace Gateway.Cache.Semantic;

/// <summary>A model's semantic cache, as requests see it.</summary>
/// <param name="EmbeddingModel">The gateway's own name of the model that compares.</param>
/// <param name="Threshold">The least cosine similarity, 0 to 1.</param>
/// <param name="IsShadow">Nothing is answered; what would have been is counted.</param>
/// <param name="MaxEntries">Texts that are compared with at most; the oldest make room.</param>
internal sealed record SemanticPolicy(string EmbeddingModel, double Threshold, bool IsShadow, int MaxEntries)
{
    public static SemanticPolicy? Of(SemanticCacheConfig? config) =>
        config is null ? null : new(config.EmbeddingModel, config.Threshold, config.Shadow, config.MaxEntries);
}
