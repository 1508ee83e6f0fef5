namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Nvidia
{
    /// <remarks>NVIDIA's hosted NIMs; a NIM of your own by <c>base_url</c>.</remarks>
    public static readonly Profile Profile = new("nvidia", "https://integrate.api.nvidia.com/v1")
    {
        Fields = Profile.OnlyMaxTokens,
    };
}
