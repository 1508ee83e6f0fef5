using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// Images that a model made. Anthropic's models make none, and an answer of theirs has no block for it: the client gets the block that it sends images in, and before it
/// a memory with what the provider wants back, by which the image is known for a model's.
/// </summary>
internal static class MessagesImages
{
    public const string Member = "images";

    /// <param name="image">As chat has it: <c>{"type":"image_url","image_url":{"url":…}}</c>.</param>
    public static IEnumerable<byte[]> Blocks(JsonElement image, string targetModel)
    {
        if (JsonFields.Text(ClientFields.Member(image, "image_url"), "url") is not { Length: > 0 } url) yield break;
        var extra = ClientFields.Member(image, MessagesMemory.ExtraContent) is { ValueKind: JsonValueKind.Object } kept ? kept.GetRawText() : "{}";
        yield return MessagesMemory.Block(MessagesMemory.OfImage(Encoding.UTF8.GetBytes(extra), targetModel));
        yield return RequestJson.Write(url, url.Length + 128, Write).ToArray();
    }

    private static void Write(Utf8JsonWriter json, string url)
    {
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        if (DataUrl.Parse(url) is { } data)
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, data.MediaType);
            json.WriteString("data"u8, data.Base64);
        }
        else
        {
            json.WriteString("type"u8, "url"u8);
            json.WriteString("url"u8, url);
        }

        json.WriteEndObject();
    }
}
