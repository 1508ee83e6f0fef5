using Gateway.Core.Providers;

namespace Gateway.Providers.Shared;

/// <summary>Where providers that speak OpenAI's wire format serve its endpoints, below their base URL.</summary>
internal static class IdentityPaths
{
    public static readonly IReadOnlyDictionary<InferenceEndpoint, string> OpenAI = new Dictionary<InferenceEndpoint, string>
    {
        [InferenceEndpoint.ChatCompletions] = "chat/completions",
        [InferenceEndpoint.Completions] = "completions",
        [InferenceEndpoint.Embeddings] = "embeddings",
        [InferenceEndpoint.Rerank] = "rerank",
        [InferenceEndpoint.Moderations] = "moderations",
    };

    /// <summary>Those that have the Responses API too.</summary>
    public static readonly IReadOnlyDictionary<InferenceEndpoint, string> WithResponses =
        new Dictionary<InferenceEndpoint, string>(OpenAI) { [InferenceEndpoint.Responses] = "responses" };
}
