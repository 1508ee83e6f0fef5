using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>From a message's parts to one text and a list of images. Ollama fetches nothing: images are in the request.</summary>
internal static class OllamaContent
{
    public static void Write(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.Content?.Parts is not { } parts)
        {
            json.WriteString("content"u8, Said(message, message.Content?.Text ?? message.Refusal ?? ""));
            return;
        }

        var (text, images) = (new StringBuilder(), new List<string>());
        for (var i = 0; i < parts.Count; i++) Add(parts[i], text, images, $"{at}.content[{i}]", fit);
        json.WriteString("content"u8, Said(message, text.ToString()));
        if (images.Count == 0) return;
        json.WriteStartArray("images"u8);
        foreach (var image in images) json.WriteStringValue(image);
        json.WriteEndArray();
    }

    private static string Said(ChatMessage message, string text) => message.Role == "tool" && ToolFailure.Is(message) ? ToolFailure.Said(text) : text;

    private static void Add(ChatContentPart? part, StringBuilder text, List<string> images, string at, RequestFit fit)
    {
        switch (part?.Type)
        {
            case "text" or "refusal" when (part.Text ?? part.Refusal) is { } words:
                TextLines.Add(text, words);
                return;
            case "text" or "refusal":
                fit.Fail($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}");
                return;
            case "image_url" when DataUrl.Parse(JsonFields.Text(JsonFields.Object(part.Rest, "image_url"), "url") ?? "") is { } image:
                images.Add(image.Base64);
                return;
            case "image_url":
                fit.Fail($"{OllamaRequest.Name} fetches no images: '{at}.image_url.url' must be data:TYPE;base64,DATA.", $"{at}.image_url.url");
                return;
            case null:
                fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            default:
                fit.Unserved(at, $"It takes text and images only, and this is {part.Type}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }
    }
}
