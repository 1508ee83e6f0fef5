using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Fireworks
{
    /// <remarks>Nothing but its address differs.</remarks>
    public static readonly Profile Profile = new("fireworks", "https://api.fireworks.ai/inference/v1") { Further = [InferenceEndpoint.Rerank] };
}
