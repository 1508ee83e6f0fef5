using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class XAI
{
    /// <remarks>Chunks come without <c>finish_reason</c> until the last; errors are <c>{"code","error":"text"}</c>.</remarks>
    public static readonly Profile Profile = new("xai", "https://api.x.ai/v1")
    {
        OutputLimit = ChatOutputLimit.MaxCompletionTokens,
        Further = [InferenceEndpoint.Responses],
    };
}
