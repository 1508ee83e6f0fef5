using Gateway.Core.Providers;
using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo;

/// <summary>
/// The model that is there without a key or a network. It speaks a small dialect of its own (<see cref="DemoChatAsk"/> and its neighbours), so that its requests go
/// the same way as those to any provider that is not OpenAI; docs/adding-a-provider.md walks through this folder.
/// </summary>
internal sealed class DemoProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "demo",
        ModelsPath = null,
        Auth = AuthScheme.None,
        InProcess = new DemoModel(),
        Translators = new Dictionary<InferenceEndpoint, ITranslator>
        {
            [InferenceEndpoint.ChatCompletions] = new DemoChat(),
            [InferenceEndpoint.Completions] = new DemoCompletion(),
            [InferenceEndpoint.Embeddings] = new DemoEmbedding(),
        },
    };
}
