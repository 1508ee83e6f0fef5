using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Anthropic;

/// <summary>A whole answer: only what is read has a name.</summary>
internal sealed record AnthropicMessage
{
    public IReadOnlyList<AnthropicBlock?>? Content { get; init; }

    /// <summary><c>end_turn</c>, <c>max_tokens</c>, <c>stop_sequence</c>, <c>tool_use</c>, <c>pause_turn</c>, <c>refusal</c>, <c>model_context_window_exceeded</c>, or newer.</summary>
    public string? StopReason { get; init; }

    /// <summary>Where that was the reason: which of those that were asked for.</summary>
    public string? StopSequence { get; init; }

    public JsonElement? Usage { get; init; }
}

/// <summary>A part of an answer. Which members are there is a matter of <see cref="Type"/>.</summary>
internal sealed record AnthropicBlock
{
    public string? Type { get; init; }

    /// <summary>Of <c>text</c>.</summary>
    public string? Text { get; init; }

    /// <summary>Of <c>text</c>: where it says so.</summary>
    public IReadOnlyList<AnthropicCitation>? Citations { get; init; }

    /// <summary>Of <c>thinking</c>.</summary>
    public string? Thinking { get; init; }

    /// <summary>Of <c>tool_use</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Of <c>tool_use</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Of <c>tool_use</c>: the arguments.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Signatures, encrypted thoughts, and all of the blocks that are no part of OpenAI's format.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>Of the kinds of citations, the one that OpenAI has too has these members.</summary>
internal sealed record AnthropicCitation
{
    public string? Type { get; init; }

    public string? Url { get; init; }

    public string? Title { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 64)]
[JsonSerializable(typeof(AnthropicMessage))]
[JsonSerializable(typeof(List<AnthropicBlock>))]
[JsonSerializable(typeof(AnthropicCitation))]
[JsonSerializable(typeof(List<AnthropicCitation>))]
internal sealed partial class AnthropicJson : JsonSerializerContext;
