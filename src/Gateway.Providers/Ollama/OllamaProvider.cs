using Gateway.Core.Providers;

namespace Gateway.Providers.Ollama;

/// <summary>Ollama's own API, which says more than its OpenAI-compatible one (thinking, options of the runner): https://docs.ollama.com/api.</summary>
internal sealed class OllamaProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "ollama",
        ModelsPath = "api/tags",
        DefaultBaseUrl = new Uri("http://127.0.0.1:11434"),
        Auth = AuthScheme.None,
        Translators = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new OllamaChat(), [InferenceEndpoint.Embeddings] = new OllamaEmbedding() },
    };
}
