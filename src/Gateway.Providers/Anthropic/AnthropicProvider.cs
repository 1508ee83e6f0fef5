using Gateway.Core.Providers;

namespace Gateway.Providers.Anthropic;

/// <summary>Anthropic's Messages API: https://docs.anthropic.com/en/api/messages.</summary>
internal sealed class AnthropicProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "anthropic",
        DefaultBaseUrl = new Uri("https://api.anthropic.com/v1"),
        Auth = AuthScheme.XApiKey,
        VersionHeader = new("anthropic-version", "2023-06-01"),
        BetaHeader = new("anthropic-beta"),
        Identity = new Dictionary<InferenceEndpoint, string> { [InferenceEndpoint.Messages] = "messages", [InferenceEndpoint.CountTokens] = "messages/count_tokens" },
        Translators = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new AnthropicChat(AnthropicHome.Own) },
    };
}
