using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>A tool the model may call.</summary>
public sealed record ChatTool
{
    /// <summary><c>function</c>, or a kind that only some providers have.</summary>
    public string? Type { get; init; }

    public ChatFunction? Function { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public sealed record ChatFunction
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>A JSON schema; absent: no parameters.</summary>
    public JsonElement? Parameters { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>A call the model made. In a reply's chunk, <see cref="ChatChunkWriter"/> writes it in pieces.</summary>
public sealed record ChatToolCall
{
    public string? Id { get; init; }

    public string? Type { get; init; }

    public ChatFunctionCall? Function { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public sealed record ChatFunctionCall
{
    public string? Name { get; init; }

    /// <summary>JSON as text, the way the model wrote it; it need not be well-formed.</summary>
    public string? Arguments { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
