using Gateway.Core.Providers;

namespace Gateway.Providers.Gemini;

/// <summary>Google's Gemini API: https://ai.google.dev/api/generate-content.</summary>
internal sealed class GeminiProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "gemini",
        DefaultBaseUrl = new Uri("https://generativelanguage.googleapis.com/v1beta"),
        Auth = AuthScheme.XGoogApiKey,
        Translators = new Dictionary<InferenceEndpoint, ITranslator>
        {
            [InferenceEndpoint.ChatCompletions] = new GeminiChat(),
            [InferenceEndpoint.Embeddings] = new GeminiEmbedding(isVertex: false),
        },
    };
}
