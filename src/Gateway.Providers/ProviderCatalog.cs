using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;
using Gateway.Providers.AzureOpenAI;
using Gateway.Providers.Bedrock;
using Gateway.Providers.Cohere;
using Gateway.Providers.Demo;
using Gateway.Providers.Gemini;
using Gateway.Providers.Mistral;
using Gateway.Providers.Ollama;
using Gateway.Providers.OpenAI;
using Gateway.Providers.OpenAICompatible;
using Gateway.Providers.OpenAICompatible.Profiles;

namespace Gateway.Providers;

/// <summary>Every kind of provider the gateway knows, one line each. Nothing else lists them.</summary>
public static class ProviderCatalog
{
    public static IReadOnlyList<IProvider> All { get; } =
    [
        new OpenAIProvider(),
        new AnthropicProvider(),
        new AzureOpenAIProvider(),
        new MistralProvider(),
        new ProfiledProvider(Groq.Profile),
        new ProfiledProvider(Together.Profile),
        new ProfiledProvider(DeepSeek.Profile),
        new ProfiledProvider(XAI.Profile),
        new ProfiledProvider(OpenRouter.Profile),
        new ProfiledProvider(Fireworks.Profile),
        new ProfiledProvider(Perplexity.Profile),
        new ProfiledProvider(Cerebras.Profile),
        new ProfiledProvider(Nvidia.Profile),
        new ProfiledProvider(HuggingFace.Profile),
        new ProfiledProvider(Vllm.Profile),
        new ProfiledProvider(LMStudio.Profile),
        new ProfiledProvider(LlamaCpp.Profile),
        new GeminiProvider(),
        new VertexProvider(),
        new OpenAICompatibleProvider(),
        new BedrockProvider(),
        new CohereProvider(),
        new OllamaProvider(),
        new DemoProvider(),
    ];

    /// <summary>By the <c>kind</c> of gateway.yaml.</summary>
    public static IReadOnlyDictionary<string, IProvider> ByKind { get; } = All.ToDictionary(p => p.Manifest.Kind, StringComparer.Ordinal);
}
