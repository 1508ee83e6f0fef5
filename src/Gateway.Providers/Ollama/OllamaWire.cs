using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Ollama;

/// <summary>A whole answer: only what is read has a name.</summary>
internal sealed record OllamaAnswer
{
    public OllamaMessage? Message { get; init; }

    public bool? Done { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, <c>load</c>, <c>unload</c>, or newer.</summary>
    public string? DoneReason { get; init; }

    public JsonElement? PromptEvalCount { get; init; }

    public JsonElement? EvalCount { get; init; }

    /// <summary>In the place of an answer.</summary>
    public JsonElement? Error { get; init; }
}

internal sealed record OllamaMessage
{
    public string? Content { get; init; }

    /// <summary>What the model thought before it answered.</summary>
    public string? Thinking { get; init; }

    public IReadOnlyList<OllamaCall?>? ToolCalls { get; init; }

    /// <summary>Images that the model made, in base64.</summary>
    public JsonElement? Images { get; init; }
}

internal sealed record OllamaCall
{
    /// <summary>Only some versions have one.</summary>
    public string? Id { get; init; }

    public OllamaFunction? Function { get; init; }
}

internal sealed record OllamaFunction
{
    public string? Name { get; init; }

    /// <summary>An object, no text as OpenAI has it.</summary>
    public JsonElement? Arguments { get; init; }
}

/// <summary>A whole answer with embeddings.</summary>
internal sealed record OllamaVectors
{
    public IReadOnlyList<float[]?>? Embeddings { get; init; }

    public JsonElement? PromptEvalCount { get; init; }

    /// <summary>In the place of an answer.</summary>
    public JsonElement? Error { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 64)]
[JsonSerializable(typeof(OllamaAnswer))]
[JsonSerializable(typeof(OllamaVectors))]
internal sealed partial class OllamaJson : JsonSerializerContext;
