using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From a part of a message to a content block. Blocks of Bedrock's own have no <c>type</c>, and pass through.</summary>
internal sealed class BedrockParts(RequestFit fit)
{
    private static readonly string[] Own =
        ["text", "image", "document", "video", "audio", "guardContent", "cachePoint", "searchResult", "citationsContent", "reasoningContent", "toolUse", "toolResult", "toolAddition", "toolRemoval", "json"];

    private readonly HashSet<string> _documents = new(StringComparer.Ordinal);

    /// <param name="inResult">Of a tool: a cache point cannot stand there.</param>
    public void Write(Utf8JsonWriter json, ChatContentPart? part, string at, bool inResult = false)
    {
        switch (part?.Type)
        {
            case "text" when part.Text is { } text:
                BedrockBlocks.WriteText(json, text);
                break;
            case "refusal" when part.Refusal is { } refusal:
                BedrockBlocks.WriteText(json, refusal);
                break;
            case "text" or "refusal":
                fit.Fail($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}");
                return;
            case "image_url":
                WriteUrl(json, JsonFields.Text(JsonFields.Object(part.Rest, "image_url"), "url"), $"{at}.image_url.url");
                break;
            case "video_url":
                WriteUrl(json, JsonFields.Text(JsonFields.Object(part.Rest, "video_url"), "url"), $"{at}.video_url.url");
                break;
            case "file":
                WriteFile(json, JsonFields.Object(part.Rest, "file"), $"{at}.file");
                break;
            case "input_audio":
                WriteAudio(json, JsonFields.Object(part.Rest, "input_audio"), $"{at}.input_audio");
                break;
            case null when part is { Text: null, Refusal: null, Rest: { Count: 1 } rest } && Own.Contains(rest.Keys.First()):
                JsonSerializer.Serialize(json, part, OpenAIJson.Default.ChatContentPart);
                return;
            case null:
                fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            default:
                fit.Unserved(at, $"It has no content of type {part.Type}; a block of its own has no type: {{\"guardContent\":…}}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }

        if (!inResult) BedrockBlocks.WriteCachePoint(json, part.Rest);
        else if (JsonFields.Object(part.Rest, ChatHints.CacheControl).ValueKind == JsonValueKind.Object) fit.Drop(ChatHints.CacheOfPart);
    }

    private void WriteUrl(Utf8JsonWriter json, string? url, string at)
    {
        if (string.IsNullOrEmpty(url)) fit.Fail($"'{at}' is missing.", at);
        else if (url.StartsWith("s3://", StringComparison.Ordinal)) WriteObject(json, url, at);
        else if (DataUrl.Is(url)) WriteData(json, url, null, at);
        else fit.Fail($"{BedrockRequest.Name} fetches nothing from the web: '{at}' must be data:TYPE;base64,DATA or s3://BUCKET/KEY.", at);
    }

    private void WriteFile(Utf8JsonWriter json, JsonElement file, string at)
    {
        var name = JsonFields.Text(file, "filename");
        if (JsonFields.Text(file, "file_data") is { } data) WriteData(json, data, name, $"{at}.file_data");
        else if (JsonFields.Text(file, "file_url") is { } url) WriteUrl(json, url, $"{at}.file_url");
        else fit.Fail($"'{at}' must have 'file_data': {BedrockRequest.Name} keeps no files.", at);
    }

    private void WriteData(Utf8JsonWriter json, string url, string? filename, string at)
    {
        if (DataUrl.Parse(url) is not { Base64.Length: > 0 } data)
        {
            fit.Fail($"'{at}' must be data:TYPE;base64,DATA.", at);
            return;
        }

        if (BedrockMedia.Of(data.MediaType, filename) is { } media) WriteBytes(json, media, filename, IsText(data) ? Encoded(data.Base64) : data.Base64);
        else fit.Fail($"{BedrockRequest.Name} does not take {data.MediaType}: '{at}'.", at);
    }

    private void WriteAudio(Utf8JsonWriter json, JsonElement audio, string at)
    {
        if (JsonFields.Text(audio, "data") is { Length: > 0 } data && JsonFields.Text(audio, "format") is { Length: > 0 } format) WriteBytes(json, new("audio", format), null, data);
        else fit.Fail($"'{at}' must have 'data' and 'format'.", at);
    }

    private void WriteObject(Utf8JsonWriter json, string uri, string at)
    {
        if (BedrockMedia.OfName(uri) is not { } media)
        {
            fit.Fail($"'{at}' must end as a file of its kind does, as in s3://BUCKET/KEY.png.", at);
            return;
        }

        Open(json, media, uri[(uri.LastIndexOf('/') + 1)..]);
        json.WriteStartObject("s3Location"u8);
        json.WriteString("uri"u8, uri);
        json.WriteEndObject();
        Close(json);
    }

    private void WriteBytes(Utf8JsonWriter json, BedrockMedia media, string? name, string base64)
    {
        Open(json, media, name);
        json.WriteString("bytes"u8, base64);
        Close(json);
    }

    private void Open(Utf8JsonWriter json, BedrockMedia media, string? name)
    {
        json.WriteStartObject();
        json.WriteStartObject(media.Block);
        json.WriteString("format"u8, media.Format);
        if (media.Block == BedrockMedia.Document) json.WriteString("name"u8, DocumentName(name));
        json.WriteStartObject("source"u8);
    }

    private static void Close(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Letters, digits, single spaces, hyphens, parentheses and brackets; no two documents of a request may have the same.</summary>
    private string DocumentName(string? filename)
    {
        var name = new StringBuilder();
        foreach (var c in Path.GetFileNameWithoutExtension(filename ?? ""))
        {
            var valid = char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' ';
            if (name.Length < 100 && (valid != ' ' || (name.Length > 0 && name[^1] != ' '))) name.Append(valid);
        }

        var wanted = name.ToString().TrimEnd() is { Length: > 0 } some ? some : "document";
        var unique = wanted;
        for (var i = 2; !_documents.Add(unique); i++) unique = $"{wanted} {i}";
        return unique;
    }

    private static bool IsText(DataUrl data) => data.MediaType.StartsWith("text/", StringComparison.Ordinal);

    /// <summary>What is no base64 was text before it came here: some clients only write so before it.</summary>
    private static string Encoded(string base64) =>
        Convert.TryFromBase64String(base64, new byte[base64.Length], out _) ? base64 : Convert.ToBase64String(Encoding.UTF8.GetBytes(base64));
}
