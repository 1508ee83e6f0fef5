using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Gemini;

/// <summary>Embeddings of either address: only what is read has a name.</summary>
internal sealed record GeminiVectors
{
    /// <summary>Of the Gemini API.</summary>
    public IReadOnlyList<GeminiVector?>? Embeddings { get; init; }

    /// <summary>Of Vertex AI.</summary>
    public IReadOnlyList<GeminiPrediction?>? Predictions { get; init; }

    public JsonElement? UsageMetadata { get; init; }
}

internal sealed record GeminiPrediction
{
    public GeminiVector? Embeddings { get; init; }
}

internal sealed record GeminiVector
{
    public float[]? Values { get; init; }

    /// <summary>Of Vertex AI.</summary>
    public GeminiVectorStatistics? Statistics { get; init; }
}

internal sealed record GeminiVectorStatistics
{
    /// <summary>A whole number, which Google writes as 5 or as 5.0.</summary>
    [JsonPropertyName("token_count")]
    public double? TokenCount { get; init; }
}
