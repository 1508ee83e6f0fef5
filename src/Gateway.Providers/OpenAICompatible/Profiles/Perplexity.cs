namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Perplexity
{
    /// <remarks>No <c>/v1</c>; every chunk has the usage so far and the whole message beside its delta; a stream ends without <c>[DONE]</c>.</remarks>
    public static readonly Profile Profile = new("perplexity", "https://api.perplexity.ai")
    {
        Fields = Profile.OnlyMaxTokens,
    };
}
