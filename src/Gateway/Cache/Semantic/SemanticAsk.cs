using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Routing;

namespace Gateway.Cache.Semantic;

/// <summary>A request that may be answered by the answer to another one that means the same.</summary>
/// <param name="Function">The one asked for: what is embedded for it is charged to it too. Null: a model.</param>
/// <param name="Model">What it asked for.</param>
/// <param name="Group">A digest of all that has to be the same.</param>
/// <param name="Text">What may differ.</param>
internal sealed record SemanticAsk(GatewaySnapshot Snapshot, KeyEntry Key, PromptFunction? Function, CallOptions Options, string RequestId, ModelEntry Model, SemanticPolicy Policy, CacheKey Group, string Text)
{
    public string EmbeddingModel => Policy.EmbeddingModel;

    /// <returns>Null where the model has no semantic cache, or the request does not end in words of the user's.</returns>
    public static SemanticAsk? Of(Call call, CachePolicy policy)
    {
        if (policy.Semantic is not { } semantic || SemanticText.Of(call) is not { } text) return null;
        // A model that goes elsewhere after a reload makes other vectors.
        var space = call.Snapshot.Models.Find(semantic.EmbeddingModel) is { } model ? string.Join('\n', model.Targets.Select(static t => t.Name)) : semantic.EmbeddingModel;
        return new(call.Snapshot, call.Key!, call.Function, call.Options, call.RequestId, call.Model!, semantic, CacheKeys.OfGroup(call, policy, space, text.Places), text.Text);
    }
}
