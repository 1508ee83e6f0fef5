using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The body of <c>POST /v1/chat/completions</c>: the hub that every dialect is translated from and to. Only fields that a translator reads have a name.</summary>
public sealed record ChatRequest
{
    public IReadOnlyList<ChatMessage?>? Messages { get; init; }

    public bool? Stream { get; init; }

    public ChatStreamOptions? StreamOptions { get; init; }

    /// <summary>Tokens the answer may have; the older name of <see cref="MaxCompletionTokens"/>.</summary>
    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    /// <summary>One sequence or several; the wire has a string or an array.</summary>
    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>How many answers.</summary>
    public int? N { get; init; }

    public long? Seed { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public IReadOnlyList<ChatTool?>? Tools { get; init; }

    public ChatToolChoice? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ChatResponseFormat? ResponseFormat { get; init; }

    public IReadOnlyList<string?>? Modalities { get; init; }

    public bool? Logprobs { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }

    /// <summary>The bound that counts: the newer field where both are sent.</summary>
    [JsonIgnore]
    public int? OutputLimit => MaxCompletionTokens ?? MaxTokens;
}

public sealed record ChatStreamOptions
{
    public bool? IncludeUsage { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
