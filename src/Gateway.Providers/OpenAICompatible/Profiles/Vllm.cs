using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Profiles;

internal static class Vllm
{
    /// <remarks>Where <c>vllm serve</c> listens.</remarks>
    public static readonly Profile Profile = new("vllm", "http://127.0.0.1:8000/v1") { Further = [InferenceEndpoint.Rerank] };
}
