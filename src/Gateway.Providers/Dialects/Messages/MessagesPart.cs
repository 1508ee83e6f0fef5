using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

internal enum MessagesPartKind
{
    Text,
    Image,
    /// <summary>A PDF in a data URL.</summary>
    FileData,
    FileUrl,
    FileId,
    /// <summary>A block of Anthropic's that passes as it is.</summary>
    Own,
}

/// <summary>What becomes a part of a chat message.</summary>
internal readonly record struct MessagesPart(MessagesPartKind Kind)
{
    /// <summary>The client's text, a JSON string, or its own block.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>A text made here, a URL or an id.</summary>
    public string? Text { get; private init; }

    /// <summary>Of a file.</summary>
    public string? Name { get; private init; }

    public JsonElement Cache { get; init; }

    /// <summary>Of a file: written as Mistral has it.</summary>
    public bool IsDocumentUrl { get; init; }

    public bool IsText => Kind == MessagesPartKind.Text;

    public string Words => Text ?? Json.GetString()!;

    public static MessagesPart OfText(string text) => new(MessagesPartKind.Text) { Text = text };

    public static MessagesPart OfText(JsonElement text) => new(MessagesPartKind.Text) { Json = text };

    public static MessagesPart OfOwn(JsonElement block) => new(MessagesPartKind.Own) { Json = block };

    public static MessagesPart OfImage(string url) => new(MessagesPartKind.Image) { Text = url };

    public static MessagesPart OfFile(MessagesPartKind kind, string value, string? name) => new(kind) { Text = value, Name = name };

    public void WriteText(Utf8JsonWriter json)
    {
        if (Text is not null) json.WriteStringValue(Text);
        else Json.WriteTo(json);
    }

    /// <param name="extra">What a provider wants back with it.</param>
    public void Write(Utf8JsonWriter json, JsonElement extra = default)
    {
        if (Kind == MessagesPartKind.Own)
        {
            Json.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        switch (Kind)
        {
            case MessagesPartKind.Text:
                json.WriteString("type"u8, "text"u8);
                json.WritePropertyName("text"u8);
                WriteText(json);
                break;
            case MessagesPartKind.Image:
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, Text);
                json.WriteEndObject();
                break;
            case MessagesPartKind.FileData or MessagesPartKind.FileUrl when IsDocumentUrl:
                json.WriteString("type"u8, "document_url"u8);
                json.WriteString("document_url"u8, Text);
                if (Name is not null) json.WriteString("document_name"u8, Name);
                break;
            default:
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                if (Kind == MessagesPartKind.FileData || Name is not null) json.WriteString("filename"u8, Name ?? "document.pdf");   // OpenAI wants one
                json.WriteString(Kind switch { MessagesPartKind.FileData => "file_data"u8, MessagesPartKind.FileUrl => "file_url"u8, _ => "file_id"u8 }, Text);
                json.WriteEndObject();
                break;
        }

        if (extra.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName(MessagesMemory.ExtraContent);
            extra.WriteTo(json);
        }

        MessagesAsk.WriteCache(json, Cache);
        json.WriteEndObject();
    }
}
