using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The whole answer to a chat request. The chunks of a stream are written by <see cref="ChatChunkWriter"/>.</summary>
public sealed record ChatReply
{
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Kind => "chat.completion";

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    /// <summary>Null where the provider reported none.</summary>
    public ChatUsage? Usage { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public sealed record ChatChoice
{
    public required int Index { get; init; }

    public required ChatReplyMessage Message { get; init; }

    /// <summary>Always null so far: no translated provider reports them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>.</summary>
    public required string FinishReason { get; init; }

    /// <summary>The provider's own word for it.</summary>
    public string? NativeFinishReason { get; init; }

    /// <summary>The one of <c>stop</c> at which the answer ended; null: none, or the provider does not say which.</summary>
    public string? NativeStopSequence { get; init; }

    /// <summary>The provider's own words on how the answer ended.</summary>
    public string? NativeFinishMessage { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public sealed record ChatReplyMessage
{
    public string Role => "assistant";

    /// <summary>Null where the model only called tools, or refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Refusal { get; init; }

    /// <summary>What the model thought before it answered, where the provider shows it.</summary>
    public string? ReasoningContent { get; init; }

    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }

    /// <summary>What the provider wants back untouched in the next request.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
