namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class HuggingFace
{
    /// <remarks>The router in front of inference providers; endpoints of your own by <c>base_url</c>.</remarks>
    public static readonly Profile Profile = new("huggingface", "https://router.huggingface.co/v1")
    {
        Fields = Profile.OnlyMaxTokens,
    };
}
