using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Demo;
using Gateway.Providers.OpenAI;
using Gateway.Providers.OpenAICompatible;

namespace Gateway.Providers;

/// <summary>Every kind of provider the gateway knows, one line each. Nothing else lists them.</summary>
public static class ProviderCatalog
{
    public static IReadOnlyList<IProvider> All { get; } =
    [
        new OpenAIProvider(),
        new AnthropicProvider(),
        new OpenAICompatibleProvider(),
        new DemoProvider(),
    ];

    /// <summary>By the <c>kind</c> of gateway.yaml.</summary>
    public static IReadOnlyDictionary<string, IProvider> ByKind { get; } = All.ToDictionary(p => p.Manifest.Kind, StringComparer.Ordinal);
}
