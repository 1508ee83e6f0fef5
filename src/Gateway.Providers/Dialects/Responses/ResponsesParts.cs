using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Content of a message or of a tool's result: text, images, files, sound.</summary>
internal sealed class ResponsesParts(Utf8JsonWriter json, ResponsesAsk ask)
{
    /// <summary>Writes <c>content</c>: a list of one plain text is that text, as everybody takes it.</summary>
    public void WriteContent(JsonElement content, string at)
    {
        ask.Places.Note(json, at);
        json.WritePropertyName("content"u8);
        if (content.ValueKind == JsonValueKind.String)
        {
            json.WriteRawValue(ResponsesAsk.Raw(content), skipInputValidation: true);
        }
        else if (content.ValueKind != JsonValueKind.Array)
        {
            ask.Fit.Fail($"'{at}' must be a string or a list of content.", at);
            json.WriteNullValue();
        }
        else if (content.GetArrayLength() == 1 && !ResponsesAsk.HasCacheMark(content[0]) && CheckedText(content[0], at + "[0]") is { } single)
        {
            json.WriteRawValue(ResponsesAsk.Raw(single), skipInputValidation: true);
        }
        else
        {
            json.WriteStartArray();
            foreach (var (i, part) in content.EnumerateArray().Index()) Write(part, $"{at}[{i}]");
            json.WriteEndArray();
        }
    }

    /// <summary>The text of a part; null where it is another kind of part.</summary>
    public static JsonElement? Text(JsonElement part) =>
        JsonFields.Text(part, "type") is "input_text" or "output_text" or "text" && ResponsesAsk.Find(part, "text") is { ValueKind: JsonValueKind.String } text ? text : null;

    /// <summary>As <see cref="Text"/>; what else a part of text has is refused or named.</summary>
    public JsonElement? CheckedText(JsonElement part, string at)
    {
        if (Text(part) is not { } text) return null;
        CheckMembers(part, at);
        return text;
    }

    /// <summary>Adds the texts of a list that must have nothing else.</summary>
    public void TextsOf(JsonElement content, string at, List<JsonElement> texts)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            ask.Fit.Fail($"'{at}' must be a string or a list of content.", at);
            return;
        }

        foreach (var (i, part) in content.EnumerateArray().Index())
        {
            if (CheckedText(part, $"{at}[{i}]") is { } text) texts.Add(text);
            else ask.Fit.Fail($"'{at}[{i}]' must be text.", $"{at}[{i}]");
            if (ResponsesAsk.HasCacheMark(part)) ask.CacheMark(json, part, $"{at}[{i}]");   // where texts are joined nothing has a mark: this names it
        }
    }

    /// <summary>A text that is the gateway's own.</summary>
    /// <param name="at">Where stands what it says something of.</param>
    public void WriteText(string at, string text)
    {
        ask.Places.Note(json, at);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    public void Write(JsonElement part, string at)
    {
        CheckMembers(part, at);
        ask.Places.Note(json, at);
        json.WriteStartObject();
        if (Text(part) is { } text)
        {
            json.WriteString("type"u8, "text"u8);
            ask.Places.Note(json, at, "text");
            ResponsesAsk.CopyText(json, "text"u8, text);
        }
        else
        {
            switch (JsonFields.Text(part, "type"))
            {
                case "input_image":
                    WriteImage(part, at);
                    break;
                case "input_file":
                    WriteFile(part, at);
                    break;
                case "input_audio" when ResponsesAsk.Find(part, "input_audio") is { ValueKind: JsonValueKind.Object } audio:
                    json.WriteString("type"u8, "input_audio"u8);
                    ask.Places.Note(json, at, "input_audio", isCopy: true);
                    ResponsesAsk.Copy(json, "input_audio", audio);
                    break;
                case null:
                    ask.Fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                    break;
                case "input_text" or "output_text" or "text" or "input_audio":
                    ask.Fit.Fail($"'{at}' has no content.", at);
                    break;
                default:
                    ask.Fit.Fail($"'{at}' must be input_text, input_image, input_file or input_audio.", at);
                    break;
            }
        }

        ask.CacheMark(json, part, at);
        json.WriteEndObject();
    }

    private void CheckMembers(JsonElement part, string at) => ResponsesMembers.OfPart(JsonFields.Text(part, "type"))?.Check(part, at, ask.Fit);

    private void WriteImage(JsonElement part, string at)
    {
        if (ResponsesAsk.Find(part, "file_id") is not null) ask.Fit.Fail($"'{at}.file_id' is not served: send the image in 'image_url', as an address or as data:image/png;base64,….", $"{at}.file_id");
        if (ResponsesAsk.Find(part, "image_url") is not { ValueKind: JsonValueKind.String } url)
        {
            ask.Fit.Fail($"'{at}.image_url' is missing.", $"{at}.image_url");
            return;
        }

        json.WriteString("type"u8, "image_url"u8);
        ask.Places.Note(json, at, "image_url");
        json.WriteStartObject("image_url"u8);
        ResponsesAsk.CopyText(json, "url"u8, url);
        if (ResponsesAsk.Find(part, "detail") is { ValueKind: JsonValueKind.String } detail && !ResponsesFields.Is(detail, "auto"))
        {
            ask.Places.Note(json, at, "detail");
            json.WriteString("detail"u8, ResponsesFields.Is(detail, "original") ? "high" : detail.GetString());   // chat's highest
        }

        json.WriteEndObject();
    }

    private void WriteName(JsonElement name, string at)
    {
        ask.Places.Note(json, at, "filename");
        ResponsesAsk.CopyText(json, "document_name"u8, name);
    }

    private void WriteFile(JsonElement part, string at)
    {
        if (ResponsesAsk.Find(part, "detail") is { } detail && ChatHints.IsSaid(detail)) ask.Fit.Drop($"{ClientShapes.Of(at)}.detail");   // a file of chat's has none
        if (ask.Target.Messages == ChatMessages.Mistral && (ResponsesAsk.Find(part, "file_data") ?? ResponsesAsk.Find(part, "file_url")) is { ValueKind: JsonValueKind.String } document)
        {
            json.WriteString("type"u8, "document_url"u8);
            ask.Places.Note(json, at, ResponsesAsk.Find(part, "file_data") is null ? "file_url" : "file_data");
            ResponsesAsk.CopyText(json, "document_url"u8, document);
            if (ResponsesAsk.Find(part, "filename") is { ValueKind: JsonValueKind.String } named) WriteName(named, at);
            return;
        }

        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        var found = false;
        foreach (var name in (ReadOnlySpan<string>)["filename", "file_data", "file_id", "file_url"])
        {
            if (ResponsesAsk.Find(part, name) is not { ValueKind: JsonValueKind.String } value) continue;
            if (name == "file_url" && ask.Target.Reach != ChatReach.Translated) ask.Fit.Fail($"'{at}.file_url' is not served: send the file in 'file_data', as data:TYPE;base64,….", $"{at}.file_url");
            found |= name != "filename";
            ask.Places.Note(json, at, name);
            ResponsesAsk.Copy(json, name, value);
        }

        if (!found) ask.Fit.Fail($"'{at}' must have 'file_data', 'file_url' or 'file_id'.", at);
        json.WriteEndObject();
    }
}
