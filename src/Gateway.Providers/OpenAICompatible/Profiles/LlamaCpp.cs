using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class LlamaCpp
{
    /// <remarks>Where <c>llama-server</c> listens.</remarks>
    public static readonly Profile Profile = new("llamacpp", "http://127.0.0.1:8080/v1")
    {
        Further = [InferenceEndpoint.Rerank],
        Fields = Profile.OnlyMaxTokens,
    };
}
