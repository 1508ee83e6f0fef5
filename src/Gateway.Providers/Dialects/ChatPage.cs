using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>A page that an answer rests on, however the provider says so.</summary>
/// <param name="Said">The object that has what else is said of it; undefined: nothing is.</param>
/// <param name="Start">Where the cited words begin in the content, characters; 0 where nobody says.</param>
internal readonly record struct ChatPage(string Url, string? Title, long Start, long End, JsonElement Said)
{
    /// <param name="list"><c>annotations</c> or <c>citations</c> of a message, or <c>citations</c> or <c>search_results</c> of a reply. What is no page in it is left out.</param>
    public static IEnumerable<ChatPage> Of(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) yield break;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && Uri.IsWellFormedUriString(item.GetString(), UriKind.Absolute)) yield return new(item.GetString()!, null, 0, 0, default);
            else if (Read(ClientFields.Member(item, "url_citation"), item) is { } annotation) yield return annotation;
            else if (Read(item, item) is { } flat) yield return flat;
            else if (Read(ClientFields.Member(ClientFields.Member(item, "location"), "web"), item) is { } web) yield return web;   // Bedrock
            else foreach (var source in OfSources(item)) yield return source;
        }
    }

    /// <summary>Cohere: documents of the request and results of tools, with whatever members they had there.</summary>
    private static IEnumerable<ChatPage> OfSources(JsonElement citation)
    {
        if (ClientFields.Member(citation, "sources") is not { ValueKind: JsonValueKind.Array } sources) yield break;
        foreach (var source in sources.EnumerateArray())
        {
            if ((Read(ClientFields.Member(source, "document"), citation) ?? Read(ClientFields.Member(source, "tool_output"), citation)) is { } page) yield return page;
        }
    }

    /// <param name="beside">Has the places and the title where the page has none.</param>
    private static ChatPage? Read(JsonElement page, JsonElement beside)
    {
        if (JsonFields.Text(page, "url") is not { Length: > 0 } url) return null;
        return new(url, JsonFields.Text(page, "title") ?? JsonFields.Text(beside, "title"), Number(page, beside, "start"), Number(page, beside, "end"), page);
    }

    private static long Number(JsonElement page, JsonElement beside, string name)
    {
        foreach (var place in (ReadOnlySpan<JsonElement>)[ClientFields.Member(page, name + "_index"), ClientFields.Member(beside, name)])
        {
            if (place.ValueKind == JsonValueKind.Number && place.TryGetInt64(out var number)) return number;
        }

        return 0;
    }
}
