using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>The form the answer must have.</summary>
public sealed record ChatResponseFormat
{
    /// <summary><c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public string? Type { get; init; }

    public ChatJsonSchema? JsonSchema { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public sealed record ChatJsonSchema
{
    public string? Name { get; init; }

    public JsonElement? Schema { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
