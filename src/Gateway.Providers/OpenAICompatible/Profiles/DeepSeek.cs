namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class DeepSeek
{
    /// <remarks><c>insufficient_system_resource</c> is a reason to finish; it reads <c>max_tokens</c> only; between the calls of tools it wants its thoughts back.</remarks>
    public static readonly Profile Profile = new("deepseek", "https://api.deepseek.com/v1")
    {
        Fields = Profile.OnlyMaxTokens,
        TakesReasoning = true,
    };
}
