using Gateway.Core.Providers;

namespace Gateway.Providers.Shared;

/// <summary>Where providers that speak OpenAI's wire format serve its endpoints, below their base URL.</summary>
internal static class IdentityPaths
{
    /// <summary>What all of them have, or answer for themselves that they do not.</summary>
    public static readonly IReadOnlyDictionary<InferenceEndpoint, string> OpenAI = new Dictionary<InferenceEndpoint, string>
    {
        [InferenceEndpoint.ChatCompletions] = "chat/completions",
        [InferenceEndpoint.Completions] = "completions",
        [InferenceEndpoint.Embeddings] = "embeddings",
    };

    private static readonly Dictionary<InferenceEndpoint, string> Further = new()
    {
        [InferenceEndpoint.Responses] = "responses",
        [InferenceEndpoint.Rerank] = "rerank",
        [InferenceEndpoint.Moderations] = "moderations",
    };

    /// <summary>And what some have too.</summary>
    public static IReadOnlyDictionary<InferenceEndpoint, string> And(params IReadOnlyList<InferenceEndpoint> more) =>
        new Dictionary<InferenceEndpoint, string>(OpenAI.Concat(more.Select(static e => KeyValuePair.Create(e, Further[e]))));
}
