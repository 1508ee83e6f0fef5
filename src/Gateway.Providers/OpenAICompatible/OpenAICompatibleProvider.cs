using Gateway.Core.Providers;
using Gateway.Providers.OpenAICompatible.Repair;
using Gateway.Providers.Shared;

namespace Gateway.Providers.OpenAICompatible;

/// <summary>Any server that speaks OpenAI's wire format; the configuration says where it is.</summary>
internal sealed class OpenAICompatibleProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "openai-compatible",
        Auth = AuthScheme.Bearer,
        Identity = IdentityPaths.And(InferenceEndpoint.Rerank, InferenceEndpoint.Moderations),
        Repair = AnswerRepair.Instance,
    };
}
