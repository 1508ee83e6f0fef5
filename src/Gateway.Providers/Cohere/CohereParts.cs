using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From a part of a message to Cohere's. Types that OpenAI does not have are Cohere's own (documents) and pass through.</summary>
internal static class CohereParts
{
    public static void Write(Utf8JsonWriter json, ChatContentPart? part, string at, RequestFit fit)
    {
        switch (part?.Type)
        {
            case "text" when part.Text is { } text:
                WriteText(json, text);
                return;
            case "refusal" when part.Refusal is { } refusal:
                WriteText(json, refusal);
                return;
            case "text" or "refusal":
                fit.Fail($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}");
                return;
            case "image_url":
                WriteImage(json, part, at, fit);
                return;
            case "file":
                fit.Fail($"{CohereRequest.Name} does not take files: send the text of '{at}' as 'documents'.", at);
                return;
            case "input_audio":
                fit.Fail($"{CohereRequest.Name} does not take audio: '{at}'.", at);
                return;
            case null:
                fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            case "document" or "thinking":
                JsonSerializer.Serialize(json, part, OpenAIJson.Default.ChatContentPart);
                return;
            default:
                fit.Unserved(at, $"It has no content of type {part.Type}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }
    }

    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Addresses and data alike; <c>detail</c> has the same name and the same values.</summary>
    private static void WriteImage(Utf8JsonWriter json, ChatContentPart part, string at, RequestFit fit)
    {
        var image = JsonFields.Object(part.Rest, "image_url");
        if (JsonFields.Text(image, "url") is not { Length: > 0 } url)
        {
            fit.Fail($"'{at}.image_url.url' is missing.", $"{at}.image_url.url");
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, url);
        if (JsonFields.Text(image, "detail") is { } detail) json.WriteString("detail"u8, detail);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
