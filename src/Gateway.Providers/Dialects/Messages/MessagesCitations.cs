using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Sources of a text: Anthropic's own as they are, web pages of other providers in its words.</summary>
internal static class MessagesCitations
{
    /// <summary>The member <c>citations</c> of a block of text, where the message has any.</summary>
    /// <param name="searched">Pages of the reply.</param>
    public static void Write(Utf8JsonWriter json, JsonElement message, ChatSearchedPages searched)
    {
        var all = new List<byte[]>();
        foreach (var list in (ReadOnlySpan<JsonElement>)[ClientFields.Member(message, "annotations"), ClientFields.Member(message, "citations")]) all.AddRange(Of(list, searched));
        all.AddRange(searched.Rest().Select(OfPage));
        if (all.Count == 0) return;
        json.WriteStartArray("citations"u8);
        foreach (var citation in all) json.WriteRawValue(citation, skipInputValidation: true);
        json.WriteEndArray();
    }

    /// <param name="list">Of a message, or of a delta: annotations, or citations of a provider's.</param>
    /// <param name="searched">Is told of the pages.</param>
    public static IEnumerable<byte[]> Of(JsonElement list, ChatSearchedPages searched)
    {
        foreach (var citation in Items(list).Where(IsOwn)) yield return System.Text.Encoding.UTF8.GetBytes(citation.GetRawText());
        foreach (var page in ChatPage.Of(list))
        {
            searched.Tell(page);
            if (!IsOwn(page.Said)) yield return OfPage(page);
        }
    }

    public static IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>Cohere's and Bedrock's have no type of Anthropic's.</summary>
    private static bool IsOwn(JsonElement citation) => JsonFields.Text(citation, "type") is { } type && type.EndsWith("_location", StringComparison.Ordinal);

    /// <summary>What the page says there is told by Anthropic alone, in members of its own.</summary>
    public static byte[] OfPage(ChatPage page) => RequestJson.Write(page, 256, static (json, page) =>
    {
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("cited_text"u8, JsonFields.Text(page.Said, "cited_text") ?? "");
        json.WriteString("encrypted_index"u8, JsonFields.Text(page.Said, "encrypted_index") ?? "");
        json.WriteString("title"u8, page.Title);
        json.WriteString("url"u8, page.Url);
    }).ToArray();
}
