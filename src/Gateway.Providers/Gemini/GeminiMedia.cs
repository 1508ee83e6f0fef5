using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>Files of a message: inside the request as <c>inlineData</c>, elsewhere as <c>fileData</c>.</summary>
internal static class GeminiMedia
{
    private static readonly Dictionary<string, string> TypesByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".heic"] = "image/heic",
        [".heif"] = "image/heif",
        [".pdf"] = "application/pdf",
        [".txt"] = "text/plain",
        [".md"] = "text/markdown",
        [".csv"] = "text/csv",
        [".html"] = "text/html",
        [".mp3"] = "audio/mp3",
        [".wav"] = "audio/wav",
        [".ogg"] = "audio/ogg",
        [".flac"] = "audio/flac",
        [".mp4"] = "video/mp4",
        [".mov"] = "video/mov",
        [".webm"] = "video/webm",
    };

    /// <summary><c>image_url</c> and <c>video_url</c>: <c>{"url":…}</c>, with the media type in <c>format</c> where the URL does not show it.</summary>
    public static void WriteUrl(Utf8JsonWriter json, ChatContentPart part, string member, string at, RequestFit fit)
    {
        var value = Member(part, member) ?? default;
        if (Text(value, "url") is { Length: > 0 } url) WriteUrl(json, url, Text(value, "format"), $"{at}.{member}.url", fit);
        else fit.Fail($"'{at}.{member}.url' is missing.", $"{at}.{member}.url");
    }

    public static void WriteAudio(Utf8JsonWriter json, ChatContentPart part, string at, RequestFit fit)
    {
        var audio = Member(part, "input_audio") ?? default;
        if (Text(audio, "data") is { Length: > 0 } data && Text(audio, "format") is { Length: > 0 } format) WriteData(json, "audio/" + format, data);
        else fit.Fail($"'{at}.input_audio' must have 'data' and 'format'.", $"{at}.input_audio");
    }

    public static void WriteFile(Utf8JsonWriter json, ChatContentPart part, string at, RequestFit fit)
    {
        var file = Member(part, "file") ?? default;
        var format = Text(file, "format") ?? TypeOf(Text(file, "filename"));
        if (Text(file, "file_data") is { } data && DataUrl.Is(data)) WriteUrl(json, data, format, $"{at}.file.file_data", fit);
        else if (Text(file, "file_data") is not null) fit.Fail($"'{at}.file.file_data' must be data:TYPE;base64,DATA.", $"{at}.file.file_data");
        else if ((Text(file, "file_url") ?? Text(file, "file_id")) is { Length: > 0 } uri) WriteUrl(json, uri, format, $"{at}.file.file_id", fit);
        else fit.Fail($"'{at}.file' must have 'file_data' or 'file_id'.", $"{at}.file");
    }

    /// <param name="signature">Of an image that Gemini made.</param>
    public static void WriteUrl(Utf8JsonWriter json, string url, string? type, string at, RequestFit fit, string? signature = null)
    {
        if (!DataUrl.Is(url)) WriteUri(json, url, type ?? TypeOf(url));
        else if (DataUrl.Parse(url) is { } data) WriteData(json, data.MediaType, data.Base64, signature);
        else fit.Fail($"'{at}' must be data:TYPE;base64,DATA.", at);
    }

    private static void WriteData(Utf8JsonWriter json, string type, string base64, string? signature = null)
    {
        json.WriteStartObject();
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, type);
        json.WriteString("data"u8, base64);
        json.WriteEndObject();
        if (signature is not null) json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }

    private static void WriteUri(Utf8JsonWriter json, string uri, string? type)
    {
        json.WriteStartObject();
        json.WriteStartObject("fileData"u8);
        if (type is not null) json.WriteString("mimeType"u8, type);
        json.WriteString("fileUri"u8, uri);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? TypeOf(string? name)
    {
        if (name is null) return null;
        var path = Uri.TryCreate(name, UriKind.Absolute, out var parsed) ? parsed.AbsolutePath : name;
        return TypesByExtension.GetValueOrDefault(Path.GetExtension(path));
    }

    private static JsonElement? Member(ChatContentPart part, string name) => part.Rest is { } rest && rest.TryGetValue(name, out var value) ? value : null;

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
