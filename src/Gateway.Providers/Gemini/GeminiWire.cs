using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Gemini;

/// <summary>A whole answer: only what is read has a name.</summary>
internal sealed record GeminiResponse
{
    public IReadOnlyList<GeminiCandidate?>? Candidates { get; init; }

    /// <summary>Says why there are no candidates, where the prompt was blocked.</summary>
    public GeminiFeedback? PromptFeedback { get; init; }

    public JsonElement? UsageMetadata { get; init; }

    public JsonElement? Error { get; init; }
}

internal sealed record GeminiFeedback
{
    public string? BlockReason { get; init; }

    public string? BlockReasonMessage { get; init; }
}

internal sealed record GeminiCandidate
{
    public int? Index { get; init; }

    public GeminiContent? Content { get; init; }

    /// <summary><c>STOP</c>, <c>MAX_TOKENS</c>, <c>SAFETY</c> …, or newer.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What there is to say of that: the call that could not be read, say.</summary>
    public string? FinishMessage { get; init; }

    public JsonElement? GroundingMetadata { get; init; }

    public JsonElement? CitationMetadata { get; init; }

    public JsonElement? UrlContextMetadata { get; init; }

    public JsonElement? SafetyRatings { get; init; }

    public GeminiLogprobs? LogprobsResult { get; init; }
}

internal sealed record GeminiContent
{
    public IReadOnlyList<GeminiPart?>? Parts { get; init; }
}

/// <summary>A part of an answer; one of its members says what it is.</summary>
internal sealed record GeminiPart
{
    public string? Text { get; init; }

    /// <summary>Whether the text is a thought.</summary>
    public bool? Thought { get; init; }

    public string? ThoughtSignature { get; init; }

    public GeminiFunctionCall? FunctionCall { get; init; }

    public GeminiBlob? InlineData { get; init; }

    /// <summary>Code that it ran, and what is newer.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record GeminiFunctionCall
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public JsonElement? Args { get; init; }
}

internal sealed record GeminiBlob
{
    public string? MimeType { get; init; }

    public string? Data { get; init; }
}

internal sealed record GeminiLogprobs
{
    public IReadOnlyList<GeminiTopTokens?>? TopCandidates { get; init; }

    public IReadOnlyList<GeminiToken?>? ChosenCandidates { get; init; }
}

internal sealed record GeminiTopTokens
{
    public IReadOnlyList<GeminiToken?>? Candidates { get; init; }
}

internal sealed record GeminiToken
{
    public string? Token { get; init; }

    public double? LogProbability { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 64)]
[JsonSerializable(typeof(GeminiResponse))]
[JsonSerializable(typeof(List<GeminiPart>))]
[JsonSerializable(typeof(GeminiVectors))]
internal sealed partial class GeminiJson : JsonSerializerContext;
