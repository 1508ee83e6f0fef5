using Gateway.Core.Providers;
using Gateway.Providers.OpenAICompatible.Repair;
using Gateway.Providers.Shared;

namespace Gateway.Providers.AzureOpenAI;

/// <summary>OpenAI's models as deployments of an Azure resource: OpenAI's format under other addresses, with filter results between.</summary>
internal sealed class AzureOpenAIProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "azure-openai",
        ModelsPath = null,
        Auth = AuthScheme.ApiKey,
        Identity = IdentityPaths.OpenAI,
        Repair = AnswerRepair.Instance,
        IsStrict = true,
        // 2024-10-21: the last dated version that is not a preview; what came after it is served under /openai/v1.
        Deployments = new("openai/deployments/{model}/", "2024-10-21", "/openai/v1") { PlainIdentity = IdentityPaths.And(InferenceEndpoint.Responses) },
        ChatOutputLimit = ChatOutputLimit.MaxCompletionTokens,
    };
}
