using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class LMStudio
{
    /// <remarks>Where LM Studio's server listens.</remarks>
    public static readonly Profile Profile = new("lmstudio", "http://127.0.0.1:1234/v1")
    {
        Fields = Profile.OnlyMaxTokens,
        Further = [InferenceEndpoint.Responses],
    };
}
