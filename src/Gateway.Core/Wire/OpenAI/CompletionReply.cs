using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The answer to a text completion, and each chunk of its stream: OpenAI gives both the same shape.</summary>
public sealed record CompletionReply
{
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Kind => "text_completion";

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<CompletionChoice> Choices { get; init; }

    public ChatUsage? Usage { get; init; }
}

public sealed record CompletionChoice
{
    public required int Index { get; init; }

    public required string Text { get; init; }

    /// <summary>Always null so far: no translated provider reports them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    /// <summary><c>stop</c> or <c>length</c>; null in every chunk but a choice's last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}
