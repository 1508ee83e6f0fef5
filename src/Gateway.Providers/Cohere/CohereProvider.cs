using Gateway.Core.Providers;

namespace Gateway.Providers.Cohere;

/// <summary>Cohere's API, version 2: https://docs.cohere.com/reference/chat and /reference/embed.</summary>
internal sealed class CohereProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "cohere",
        ModelsPath = "v1/models",
        DefaultBaseUrl = new Uri("https://api.cohere.com"),
        Identity = new Dictionary<InferenceEndpoint, string> { [InferenceEndpoint.Rerank] = "v2/rerank" },
        Translators = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new CohereChat(), [InferenceEndpoint.Embeddings] = new CohereEmbedding() },
    };
}
