using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>A message's content: one text, or parts.</summary>
[JsonConverter(typeof(ChatContentConverter))]
public sealed record ChatContent
{
    /// <summary>Set where the wire had a string.</summary>
    public string? Text { get; init; }

    /// <summary>Set where the wire had an array.</summary>
    public IReadOnlyList<ChatContentPart?>? Parts { get; init; }
}

/// <summary>A part of a message: text, an image, audio, a file.</summary>
public sealed record ChatContentPart
{
    /// <summary><c>text</c>, <c>refusal</c>, <c>image_url</c>, <c>input_audio</c>, <c>file</c>, or newer than this list.</summary>
    public string? Type { get; init; }

    public string? Text { get; init; }

    public string? Refusal { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed class ChatContentConverter : JsonConverter<ChatContent>
{
    public override ChatContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ChatContent { Text = reader.GetString() },
        JsonTokenType.StartArray => new ChatContent { Parts = Nested.Read(ref reader, OpenAIJson.Default.IReadOnlyListChatContentPart) },
        _ => throw new WireFormatException("must be a string or an array of parts"),
    };

    public override void Write(Utf8JsonWriter writer, ChatContent value, JsonSerializerOptions options)
    {
        if (value.Parts is null) writer.WriteStringValue(value.Text);
        else JsonSerializer.Serialize(writer, value.Parts, OpenAIJson.Default.IReadOnlyListChatContentPart);
    }
}
