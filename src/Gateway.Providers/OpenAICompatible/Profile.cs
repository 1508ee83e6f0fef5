using Gateway.Core.Providers;
using Gateway.Providers.OpenAICompatible.Repair;

namespace Gateway.Providers.OpenAICompatible;

/// <summary>A provider that speaks OpenAI's format, as data: only what differs from <c>openai-compatible</c>.</summary>
/// <param name="Kind">The <c>kind</c> of gateway.yaml.</param>
/// <param name="BaseUrl">Its own address. It needs no key where that is this machine.</param>
internal sealed record Profile(string Kind, string BaseUrl)
{
    /// <summary>What it calls the most tokens of an answer.</summary>
    public ChatOutputLimit OutputLimit { get; init; } = ChatOutputLimit.MaxTokens;

    /// <summary>For a provider that reads no other name of the output bound than <c>max_tokens</c>: passed over, a client's bound would bound nothing.</summary>
    public FieldQuirks? Fields { get; init; }

    /// <summary>Null for a provider whose answers never deviate from OpenAI's: nothing is looked for then.</summary>
    public IAnswerRepair? Repair { get; init; } = AnswerRepair.Instance;

    /// <summary>What it serves beside chat, completions and embeddings. In front of a provider without the Responses API, such a request becomes chat.</summary>
    public IReadOnlyList<InferenceEndpoint> Further { get; init; } = [];

    /// <summary>See <see cref="ProviderManifest.TakesReasoning"/>.</summary>
    public bool TakesReasoning { get; init; }

    public static FieldQuirks OnlyMaxTokens { get; } = new(("max_completion_tokens", "max_tokens"));
}
