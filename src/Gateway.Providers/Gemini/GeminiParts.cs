using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>From what a message says to parts. A part without a type is one of Gemini's own and passes through.</summary>
internal static class GeminiParts
{
    /// <param name="signature">For the last text: where Gemini signed its words.</param>
    public static void WriteContent(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit, string? signature = null)
    {
        var text = message.Content is null ? message.Refusal : message.Content.Text;
        if (signature is not null && GeminiTextSignature.Of(message.Rest, text) is { Count: > 0 } signed)
        {
            WriteSigned(json, text!, signed);
            return;
        }

        if (message.Content is null && message.Role is not "assistant")
        {
            fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        }
        else if (message.Content?.Parts is { } parts)
        {
            var last = signature is null ? -1 : LastText(parts);
            for (var i = 0; i < parts.Count; i++) WritePart(json, parts[i], $"{at}.content[{i}]", fit, i == last ? signature : null);
            if (signature is not null && last < 0) WriteText(json, "", signature);
        }
        else if (text is { Length: > 0 } || signature is not null)
        {
            WriteText(json, text ?? "", signature);
        }
        else if (message.Role == "user")
        {
            fit.Fail($"'{at}.content' is empty.", $"{at}.content");
        }
    }

    /// <summary>The parts that the text was.</summary>
    private static void WriteSigned(Utf8JsonWriter json, string text, List<GeminiTextSignature> signed)
    {
        var start = 0;
        foreach (var (end, signature) in signed)
        {
            WriteText(json, text[start..end], signature);
            start = end;
        }

        if (start < text.Length) WriteText(json, text[start..]);
    }

    public static void WriteText(Utf8JsonWriter json, string text, string? signature = null)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        if (signature is not null) json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }

    public static void WritePart(Utf8JsonWriter json, ChatContentPart? part, string at, RequestFit fit, string? signature)
    {
        switch (part?.Type)
        {
            case "text" or "refusal" when (part.Type == "text" ? part.Text : part.Refusal) is { } text:
                if (text.Length > 0) WriteText(json, text, signature);
                return;
            case "text" or "refusal":
                fit.Fail($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}");
                return;
            case "image_url" or "video_url":
                GeminiMedia.WriteUrl(json, part, part.Type, at, fit);
                return;
            case "input_audio":
                GeminiMedia.WriteAudio(json, part, at, fit);
                return;
            case "file":
                GeminiMedia.WriteFile(json, part, at, fit);
                return;
            case null when part?.Rest is { Count: > 0 }:
                JsonSerializer.Serialize(json, part, OpenAIJson.Default.ChatContentPart);
                return;
            case null:
                fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            default:
                fit.Unserved(at, $"It has nothing like {part.Type}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }
    }

    private static int LastText(IReadOnlyList<ChatContentPart?> parts)
    {
        for (var i = parts.Count - 1; i >= 0; i--) if (parts[i] is { Text.Length: > 0, Type: "text" } or { Refusal.Length: > 0, Type: "refusal" }) return i;
        return -1;
    }
}
