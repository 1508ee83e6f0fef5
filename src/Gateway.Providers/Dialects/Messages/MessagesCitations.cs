using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Sources of a text: Anthropic's own as they are, web pages of other providers in its words.</summary>
internal static class MessagesCitations
{
    /// <summary>The member <c>citations</c> of a block of text, where the message has any.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement message)
    {
        var (pages, own) = (ClientFields.Member(message, "annotations"), ClientFields.Member(message, "citations"));
        if (!Any(pages, IsPage) && !Any(own, IsOwn)) return;
        json.WriteStartArray("citations"u8);
        foreach (var page in Items(pages).Where(IsPage))
        {
            json.WriteStartObject();
            WritePage(json, page);
            json.WriteEndObject();
        }

        foreach (var citation in Items(own).Where(IsOwn)) citation.WriteTo(json);
        json.WriteEndArray();
    }

    public static IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static bool IsPage(JsonElement annotation) => ClientFields.Member(annotation, "url_citation") is { ValueKind: JsonValueKind.Object } page && JsonFields.Text(page, "url") is not null;

    /// <summary>Perplexity's are plain addresses under the same name, Cohere's have no type of Anthropic's.</summary>
    public static bool IsOwn(JsonElement citation) => JsonFields.Text(citation, "type") is { } type && type.EndsWith("_location", StringComparison.Ordinal);

    public static byte[] OfPage(JsonElement annotation) => RequestJson.Write(annotation, 256, WritePage).ToArray();

    /// <summary>What the page says there nobody told.</summary>
    private static void WritePage(Utf8JsonWriter json, JsonElement annotation)
    {
        var page = annotation.GetProperty("url_citation");
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("cited_text"u8, ""u8);
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteString("title"u8, JsonFields.Text(page, "title"));
        json.WriteString("url"u8, JsonFields.Text(page, "url"));
    }

    private static bool Any(JsonElement list, Func<JsonElement, bool> wanted) => Items(list).Any(wanted);
}
