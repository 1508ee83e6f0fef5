using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Cohere;

/// <summary>A whole answer: only what is read has a name.</summary>
internal sealed record CohereAnswer
{
    public CohereMessage? Message { get; init; }

    /// <summary><c>COMPLETE</c>, <c>STOP_SEQUENCE</c>, <c>MAX_TOKENS</c>, <c>TOOL_CALL</c>, <c>ERROR</c>, <c>TIMEOUT</c>, or newer.</summary>
    public string? FinishReason { get; init; }

    public JsonElement? Usage { get; init; }
}

internal sealed record CohereMessage
{
    public IReadOnlyList<CohereBlock?>? Content { get; init; }

    /// <summary>What the model is about to do with its tools; wanted back with the calls.</summary>
    public JsonElement? ToolPlan { get; init; }

    public IReadOnlyList<CohereCall?>? ToolCalls { get; init; }

    /// <summary>Which words of the answer rest on which documents and results of tools.</summary>
    public JsonElement? Citations { get; init; }
}

/// <summary>A part of an answer. Which members are there is a matter of <see cref="Type"/>.</summary>
internal sealed record CohereBlock
{
    public string? Type { get; init; }

    /// <summary>Of <c>text</c>.</summary>
    public string? Text { get; init; }

    /// <summary>Of <c>thinking</c>.</summary>
    public string? Thinking { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record CohereCall
{
    public string? Id { get; init; }

    public CohereFunction? Function { get; init; }
}

internal sealed record CohereFunction
{
    public string? Name { get; init; }

    /// <summary>JSON as text; <c>null</c> for a function without parameters.</summary>
    public string? Arguments { get; init; }
}

/// <summary>A whole answer with embeddings.</summary>
internal sealed record CohereVectors
{
    public CohereVectorsByType? Embeddings { get; init; }

    public CohereMeta? Meta { get; init; }
}

/// <summary>By the type of their numbers; only one is asked for.</summary>
internal sealed record CohereVectorsByType
{
    public IReadOnlyList<float[]?>? Float { get; init; }
}

internal sealed record CohereMeta
{
    public JsonElement? BilledUnits { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 64)]
[JsonSerializable(typeof(CohereAnswer))]
[JsonSerializable(typeof(CohereVectors))]
[JsonSerializable(typeof(List<CohereBlock>))]
internal sealed partial class CohereJson : JsonSerializerContext;
