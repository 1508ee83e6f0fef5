using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>A message of the conversation that a request carries.</summary>
public sealed record ChatMessage
{
    /// <summary><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Absent where an assistant only called tools.</summary>
    public ChatContent? Content { get; init; }

    /// <summary>What an assistant said when it declined.</summary>
    public string? Refusal { get; init; }

    public IReadOnlyList<ChatToolCall?>? ToolCalls { get; init; }

    /// <summary>In a tool's message: the call that it answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>What the provider needs back as it gave it (signatures, encrypted reasoning), and everything else.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
