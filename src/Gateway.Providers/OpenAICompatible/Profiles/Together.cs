using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Together
{
    /// <remarks>Says <c>eos</c> where OpenAI says <c>stop</c>.</remarks>
    public static readonly Profile Profile = new("together", "https://api.together.xyz/v1")
    {
        Further = [InferenceEndpoint.Rerank],
        Fields = Profile.OnlyMaxTokens,
    };
}
