using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Cerebras
{
    /// <remarks>Chunks come without <c>finish_reason</c> until the last; messages that call tools have no content.</remarks>
    public static readonly Profile Profile = new("cerebras", "https://api.cerebras.ai/v1")
    {
        OutputLimit = ChatOutputLimit.MaxCompletionTokens,
    };
}
