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
/// <param name="At">Where the client's block stands that it is made of.</param>
internal readonly record struct MessagesPart(MessagesPartKind Kind, string At)
{
    private const string Source = "source", Title = "title";

    /// <summary>The client's text, a JSON string, or its own block.</summary>
    public JsonElement Json { get; private init; }

    /// <summary>A text made here, a URL or an id.</summary>
    public string? Text { get; private init; }

    /// <summary>Of a file.</summary>
    public string? Name { get; private init; }

    public JsonElement Cache { get; init; }

    /// <summary>The block's member that has it; null: the block itself, or several of its members.</summary>
    public string? Member { get; private init; }

    /// <summary>Of a file: written as Mistral has it.</summary>
    public bool IsDocumentUrl { get; init; }

    public bool IsText => Kind == MessagesPartKind.Text;

    /// <summary>A text without a character, and without a mark for a cache.</summary>
    public bool IsEmpty => IsText && Cache.ValueKind == JsonValueKind.Undefined && (Text is null ? Json.ValueEquals(""u8) : Text.Length == 0);

    public string Words => Text ?? Json.GetString()!;

    public static MessagesPart OfText(string text, string at, string? member = null) => new(MessagesPartKind.Text, at) { Text = text, Member = member };

    public static MessagesPart OfText(JsonElement text, string at, string? member = null) => new(MessagesPartKind.Text, at) { Json = text, Member = member };

    public static MessagesPart OfOwn(JsonElement block, string at) => new(MessagesPartKind.Own, at) { Json = block };

    public static MessagesPart OfImage(string url, string at) => new(MessagesPartKind.Image, at) { Text = url, Member = Source };

    public static MessagesPart OfFile(MessagesPartKind kind, string value, string? name, string at) => new(kind, at) { Text = value, Name = name, Member = Source };

    public void WriteText(Utf8JsonWriter json)
    {
        if (Text is not null) json.WriteStringValue(Text);
        else Json.WriteTo(json);
    }

    /// <param name="extra">What a provider wants back with it.</param>
    public void Write(Utf8JsonWriter json, MessagesAsk ask, JsonElement extra = default)
    {
        ask.Places.Note(json, At, isCopy: Kind == MessagesPartKind.Own);
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
                ask.Places.Note(json, At, Member);
                json.WritePropertyName("text"u8);
                WriteText(json);
                break;
            case MessagesPartKind.Image:
                json.WriteString("type"u8, "image_url"u8);
                ask.Places.Note(json, At, Member);
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, Text);
                json.WriteEndObject();
                break;
            case MessagesPartKind.FileData or MessagesPartKind.FileUrl when IsDocumentUrl:
                json.WriteString("type"u8, "document_url"u8);
                ask.Places.Note(json, At, Member);
                json.WriteString("document_url"u8, Text);
                if (Name is null) break;
                ask.Places.Note(json, At, Title);
                json.WriteString("document_name"u8, Name);
                break;
            default:
                json.WriteString("type"u8, "file"u8);
                ask.Places.Note(json, At, Member);
                json.WriteStartObject("file"u8);
                if (Name is not null) ask.Places.Note(json, At, Title);
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

        ask.WriteCache(json, Cache, At);
        json.WriteEndObject();
    }
}
