using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.Cache.Semantic;

/// <summary>A request that may be answered by the answer to another one that means the same.</summary>
/// <param name="Model">What it asked for.</param>
/// <param name="Group">A digest of all that has to be the same.</param>
/// <param name="Text">What may differ.</param>
internal sealed record SemanticAsk(GatewaySnapshot Snapshot, KeyEntry Key, CallOptions Options, string RequestId, ModelEntry Model, SemanticPolicy Policy, CacheKey Group, string Text)
{
    public string EmbeddingModel => Policy.EmbeddingModel;

    /// <returns>Null where the model has no semantic cache, or the request does not end in words of the user's.</returns>
    public static SemanticAsk? Of(Call call, CachePolicy policy)
    {
        if (policy.Semantic is not { } semantic || SemanticText.Of(call) is not { } text) return null;
        return new(call.Snapshot, call.Key!, call.Options, call.RequestId, call.Model!, semantic, CacheKeys.OfGroup(call, policy, semantic.EmbeddingModel, text.Places), text.Text);
    }
}
