using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The body of <c>POST /v1/completions</c>.</summary>
public sealed record CompletionRequest
{
    public CompletionInput? Prompt { get; init; }

    /// <summary>What comes after the text to be inserted.</summary>
    public string? Suffix { get; init; }

    /// <summary>Whether the answer repeats the prompt before its own text.</summary>
    public bool? Echo { get; init; }

    public bool? Stream { get; init; }

    public ChatStreamOptions? StreamOptions { get; init; }

    public int? MaxTokens { get; init; }

    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>How many answers to each prompt.</summary>
    public int? N { get; init; }

    public int? BestOf { get; init; }

    public int? Logprobs { get; init; }

    public long? Seed { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
