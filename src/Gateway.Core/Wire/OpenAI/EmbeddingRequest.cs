using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The body of <c>POST /v1/embeddings</c>.</summary>
public sealed record EmbeddingRequest
{
    public CompletionInput? Input { get; init; }

    public int? Dimensions { get; init; }

    /// <summary><c>float</c> (also where absent) or <c>base64</c>.</summary>
    public string? EncodingFormat { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
