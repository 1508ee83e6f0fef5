using Gateway.Core.Providers;
using Gateway.Providers.Shared;

namespace Gateway.Providers.OpenAI;

/// <summary>OpenAI itself: its wire format is the client's, so bodies pass as they are.</summary>
internal sealed class OpenAIProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "openai",
        DefaultBaseUrl = new Uri("https://api.openai.com/v1"),
        Auth = AuthScheme.Bearer,
        OrganizationHeader = "OpenAI-Organization",
        ProjectHeader = "OpenAI-Project",
        Identity = IdentityPaths.And(InferenceEndpoint.Responses, InferenceEndpoint.Moderations),
        ChatOutputLimit = ChatOutputLimit.MaxCompletionTokens,
    };
}
