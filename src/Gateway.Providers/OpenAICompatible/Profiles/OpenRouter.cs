using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class OpenRouter
{
    /// <remarks>Keeps the provider's reason in <c>native_finish_reason</c>; an error can come inside a stream.</remarks>
    public static readonly Profile Profile = new("openrouter", "https://openrouter.ai/api/v1") { Further = [InferenceEndpoint.Responses, InferenceEndpoint.Rerank] };
}
