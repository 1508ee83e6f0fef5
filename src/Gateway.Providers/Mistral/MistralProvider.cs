using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.OpenAICompatible.Repair;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Mistral;

/// <summary>
/// Mistral's format is OpenAI's with names of its own, and it refuses fields that it does not know (<c>additionalProperties: false</c> in its specification):
/// its own names are therefore all that is sent.
/// </summary>
internal sealed class MistralProvider : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "mistral",
        DefaultBaseUrl = new Uri("https://api.mistral.ai/v1"),
        Auth = AuthScheme.Bearer,
        Identity = IdentityPaths.And(InferenceEndpoint.Moderations),
        Repair = AnswerRepair.Instance,
        IsStrict = true,
        Efforts = ["none", "high"],
        Fields = new(("seed", "random_seed"), ("max_completion_tokens", "max_tokens"))
        {
            NoStreamOptions = true,
            Known = FieldQuirks.Names(
                "frequency_penalty", "guardrails", "max_tokens", "messages", "metadata", "model", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_mode",
                "random_seed", "reasoning_effort", "response_format", "safe_prompt", "stop", "stream", "temperature", "tool_choice", "tools", "top_p"),
            Inside = MistralMembers.All,
        },
        EmbeddingFields = new(("dimensions", "output_dimension")) { Known = FieldQuirks.Names("encoding_format", "input", "metadata", "model", "output_dimension", "output_dtype") },
        Messages = ChatMessages.Mistral,
    };
}
