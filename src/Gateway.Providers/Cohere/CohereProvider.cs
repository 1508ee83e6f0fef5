using Gateway.Core.Providers;

namespace Gateway.Providers.Cohere;

/// <summary>Cohere's API, version 2: https://docs.cohere.com/reference/chat and /reference/embed.</summary>
internal sealed class CohereProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "cohere",
        DefaultBaseUrl = new Uri("https://api.cohere.com"),
        Translators = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new CohereChat(), [InferenceEndpoint.Embeddings] = new CohereEmbedding() },
    };
}
