using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Whether the model must call a tool: a mode, one function, or an object of another kind.</summary>
[JsonConverter(typeof(ChatToolChoiceConverter))]
public sealed record ChatToolChoice
{
    /// <summary><c>none</c>, <c>auto</c> or <c>required</c>, where the wire had a string.</summary>
    public string? Mode { get; init; }

    /// <summary>Where the wire had an object.</summary>
    public ChatToolChoiceObject? Detailed { get; init; }
}

public sealed record ChatToolChoiceObject
{
    /// <summary><c>function</c>, <c>allowed_tools</c> or <c>custom</c>.</summary>
    public string? Type { get; init; }

    public ChatFunction? Function { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed class ChatToolChoiceConverter : JsonConverter<ChatToolChoice>
{
    public override ChatToolChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ChatToolChoice { Mode = reader.GetString() },
        JsonTokenType.StartObject => new ChatToolChoice { Detailed = Nested.Read(ref reader, OpenAIJson.Default.ChatToolChoiceObject) },
        _ => throw new WireFormatException("must be a string or an object"),
    };

    public override void Write(Utf8JsonWriter writer, ChatToolChoice value, JsonSerializerOptions options)
    {
        if (value.Detailed is null) writer.WriteStringValue(value.Mode);
        else JsonSerializer.Serialize(writer, value.Detailed, OpenAIJson.Default.ChatToolChoiceObject);
    }
}
