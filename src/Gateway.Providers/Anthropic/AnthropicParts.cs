using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From a part of a message to a content block. Types that OpenAI does not have are Anthropic's own blocks and pass through.</summary>
internal static class AnthropicParts
{
    private const string Pdf = "application/pdf";

    /// <param name="message">Further members of the message, for the last of its parts.</param>
    public static void Write(Utf8JsonWriter json, ChatContentPart? part, string at, Dictionary<string, JsonElement>? message, RequestFit fit)
    {
        switch (part?.Type)
        {
            case "text" when part.Text is { } text:
                if (text.Length > 0) AnthropicBlocks.WriteText(json, text, part.Rest, message);
                return;
            case "refusal" when part.Refusal is { } refusal:
                if (refusal.Length > 0) AnthropicBlocks.WriteText(json, refusal, part.Rest, message);
                return;
            case "text" or "refusal":
                fit.Fail($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}");
                return;
            case "image_url":
                WriteImage(json, part, at, message, fit);
                return;
            case "file":
                WriteFile(json, part, at, message, fit);
                return;
            case "input_audio":
                fit.Fail($"{AnthropicRequest.Name} does not take audio: '{at}'.", at);
                return;
            case null:
                fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            default:
                JsonSerializer.Serialize(json, part, OpenAIJson.Default.ChatContentPart);
                return;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, ChatContentPart part, string at, Dictionary<string, JsonElement>? message, RequestFit fit)
    {
        if (Member(part, "image_url") is not { } image || Text(image, "url") is not { Length: > 0 } url)
        {
            fit.Fail($"'{at}.image_url.url' is missing.", $"{at}.image_url.url");
            return;
        }

        if (DataUrl.Is(url)) WriteData(json, url, null, $"{at}.image_url.url", part.Rest, message, fit);
        else WriteSource(json, IsPdf(url) ? "document" : "image", "url", url, null, part.Rest, message);
    }

    private static void WriteFile(Utf8JsonWriter json, ChatContentPart part, string at, Dictionary<string, JsonElement>? message, RequestFit fit)
    {
        var file = Member(part, "file") ?? default;
        if (Text(file, "file_data") is { } data) WriteData(json, data, Text(file, "filename"), $"{at}.file.file_data", part.Rest, message, fit);
        else if (Text(file, "file_url") is { } url) WriteSource(json, "document", "url", url, Text(file, "filename"), part.Rest, message);
        else if (Text(file, "file_id") is { } id) WriteSource(json, "document", "file", id, Text(file, "filename"), part.Rest, message);
        else fit.Fail($"'{at}.file' must have 'file_data' or 'file_id'.", $"{at}.file");
    }

    private static void WriteData(Utf8JsonWriter json, string url, string? title, string at, Dictionary<string, JsonElement>? rest, Dictionary<string, JsonElement>? message, RequestFit fit)
    {
        if (DataUrl.Parse(url) is not { } data)
        {
            fit.Fail($"'{at}' must be data:TYPE;base64,DATA.", at);
            return;
        }

        var isText = data.MediaType.StartsWith("text/", StringComparison.Ordinal);
        json.WriteStartObject();
        json.WriteString("type"u8, data.MediaType == Pdf || isText ? "document"u8 : "image"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, isText ? "text"u8 : "base64"u8);
        json.WriteString("media_type"u8, isText ? "text/plain" : data.MediaType);
        json.WriteString("data"u8, isText ? Decoded(data.Base64) : data.Base64);
        json.WriteEndObject();
        End(json, data.MediaType == Pdf || isText ? title : null, rest, message);
    }

    /// <param name="kind">url or file.</param>
    private static void WriteSource(Utf8JsonWriter json, string block, string kind, string value, string? title, Dictionary<string, JsonElement>? rest, Dictionary<string, JsonElement>? message)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, block);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, kind);
        json.WriteString(kind == "file" ? "file_id" : kind, value);
        json.WriteEndObject();
        End(json, title, rest, message);
    }

    private static void End(Utf8JsonWriter json, string? title, Dictionary<string, JsonElement>? rest, Dictionary<string, JsonElement>? message)
    {
        if (title is not null) json.WriteString("title"u8, title);
        AnthropicBlocks.WriteCacheControl(json, rest, message);
        json.WriteEndObject();
    }

    private static bool IsPdf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.AbsolutePath.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is no base64 was text before it came here: some clients only write so before it.</summary>
    private static string Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : base64;
    }

    private static JsonElement? Member(ChatContentPart part, string name) =>
        part.Rest is { } rest && rest.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
