using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Bedrock;

/// <summary>A whole answer: only what is read has a name.</summary>
internal sealed record BedrockAnswer
{
    public BedrockOutput? Output { get; init; }

    /// <summary><c>end_turn</c>, <c>tool_use</c>, <c>max_tokens</c>, <c>stop_sequence</c>, <c>guardrail_intervened</c>, <c>content_filtered</c>, <c>model_context_window_exceeded</c>, or newer.</summary>
    public string? StopReason { get; init; }

    public JsonElement? Usage { get; init; }

    public BedrockTier? ServiceTier { get; init; }

    /// <summary>What a guardrail did, and which model a router chose.</summary>
    public JsonElement? Trace { get; init; }

    /// <summary>What the request asked for in <c>additionalModelResponseFieldPaths</c>.</summary>
    public JsonElement? AdditionalModelResponseFields { get; init; }
}

internal sealed record BedrockOutput
{
    public BedrockMessage? Message { get; init; }
}

internal sealed record BedrockMessage
{
    public IReadOnlyList<BedrockBlock?>? Content { get; init; }
}

/// <summary>A part of an answer: a union, one of whose members is there.</summary>
internal sealed record BedrockBlock
{
    public string? Text { get; init; }

    public BedrockToolUse? ToolUse { get; init; }

    public BedrockReasoning? ReasoningContent { get; init; }

    public BedrockCited? CitationsContent { get; init; }

    /// <summary>What OpenAI's format has no place for: results of the provider's own tools, images.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record BedrockToolUse
{
    /// <summary>The provider's own tool, which it has run by itself.</summary>
    public const string OfServer = "server_tool_use";

    public string? ToolUseId { get; init; }

    public string? Name { get; init; }

    public JsonElement? Input { get; init; }

    /// <summary><see cref="OfServer"/>, <c>tool_use</c> or null.</summary>
    public string? Type { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record BedrockReasoning
{
    public BedrockThought? ReasoningText { get; init; }

    /// <summary>Encrypted; base64.</summary>
    public string? RedactedContent { get; init; }
}

internal sealed record BedrockThought
{
    public string? Text { get; init; }

    public string? Signature { get; init; }
}

/// <summary>Text, and where it says so.</summary>
internal sealed record BedrockCited
{
    public IReadOnlyList<BedrockBlock?>? Content { get; init; }

    public IReadOnlyList<JsonElement>? Citations { get; init; }
}

/// <param name="Type"><c>priority</c>, <c>default</c>, <c>flex</c> or <c>reserved</c>.</param>
internal sealed record BedrockTier(string? Type);

/// <summary>An error: the service and what stands before it write it differently.</summary>
internal sealed record BedrockFailure
{
    public string? Message { get; init; }

    [JsonPropertyName("Message")]
    public string? Words { get; init; }

    [JsonPropertyName("__type")]
    public string? Type { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 64)]
[JsonSerializable(typeof(BedrockAnswer))]
[JsonSerializable(typeof(BedrockFailure))]
[JsonSerializable(typeof(List<BedrockBlock>))]
[JsonSerializable(typeof(List<JsonElement>))]
internal sealed partial class BedrockJson : JsonSerializerContext;
