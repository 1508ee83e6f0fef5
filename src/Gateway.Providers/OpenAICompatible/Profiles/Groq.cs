using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Groq
{
    /// <remarks>Usage of a stream stands in <c>x_groq</c>; messages that call tools have no content; <c>tool_use_failed</c> comes inside a stream.</remarks>
    public static readonly Profile Profile = new("groq", "https://api.groq.com/openai/v1")
    {
        OutputLimit = ChatOutputLimit.MaxCompletionTokens,
    };
}
