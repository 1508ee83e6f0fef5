using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// What an answer rests on. It is shown as Gemini wrote it, under the names below; what it cites of the web, OpenAI has a place for too, as annotations.
/// </summary>
internal static class GeminiGrounding
{
    public const string Grounding = "grounding_metadata";

    public const string Citations = "citation_metadata";

    public const string UrlContext = "url_context_metadata";

    public const string SafetyRatings = "safety_ratings";

    /// <param name="starts">Where each part's text begins in the content, characters.</param>
    public static JsonElement? Annotations(GeminiCandidate candidate, IReadOnlyList<int> starts)
    {
        if (candidate.GroundingMetadata is not { } grounding) return null;
        var cited = Cited(grounding, segment => Place(candidate, segment, starts));
        return cited.Count > 0 ? Parsed(Write(cited)) : null;
    }

    /// <summary>Of a stream, whose words have come: those that were not told before, JSON of an array. Nothing: there are none.</summary>
    public static ReadOnlySpan<byte> Annotations(ReadOnlySpan<byte> grounding, GeminiOpenChoice choice)
    {
        if (grounding.IndexOf("\"groundingSupports\""u8) < 0 || !JsonText.IsText(grounding)) return default;
        var cited = Cited(JsonElement.Parse(grounding), segment => Place(choice.Said, segment));
        cited.RemoveAll(page => !choice.Cited.Add((page.Start, page.End, page.Url)));
        return cited.Count > 0 ? JsonMarshal.GetRawUtf8Value(Parsed(Write(cited))) : default;
    }

    private static List<(int Start, int End, string Url, string Title)> Cited(JsonElement grounding, Func<JsonElement, (int Start, int End)?> placeOf)
    {
        var cited = new List<(int Start, int End, string Url, string Title)>();
        if (grounding.ValueKind != JsonValueKind.Object) return cited;
        var pages = Array(grounding, "groundingChunks");
        foreach (var support in Array(grounding, "groundingSupports"))
        {
            if (support.ValueKind != JsonValueKind.Object || !support.TryGetProperty("segment", out var segment) || segment.ValueKind != JsonValueKind.Object || placeOf(segment) is not { } place) continue;
            foreach (var index in Array(support, "groundingChunkIndices"))
            {
                if (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var i) && i >= 0 && i < pages.Count && Page(pages[i]) is { } page) cited.Add((place.Start, place.End, page.Url, page.Title));
            }
        }

        return cited;
    }

    /// <summary>Gemini counts the bytes of a part in UTF-8, OpenAI the characters of the content.</summary>
    private static (int Start, int End)? Place(GeminiCandidate candidate, JsonElement segment, IReadOnlyList<int> starts)
    {
        if (Number(segment, "partIndex") is not { } part || part >= starts.Count || candidate.Content!.Parts![part]?.Text is not { } text) return null;
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (Number(segment, "startIndex") is not { } start || Number(segment, "endIndex") is not { } end || start > end || end > utf8.Length) return null;
        return (starts[part] + Encoding.UTF8.GetCharCount(utf8, 0, start), starts[part] + Encoding.UTF8.GetCharCount(utf8, 0, end));
    }

    private static (int Start, int End)? Place(GeminiSaid said, JsonElement segment) =>
        Number(segment, "startIndex") is { } start && Number(segment, "endIndex") is { } end ? said.Place(start, end, Text(segment, "text")) : null;

    private static (string Url, string Title)? Page(JsonElement chunk) =>
        chunk.ValueKind == JsonValueKind.Object && chunk.TryGetProperty("web", out var web) && web.ValueKind == JsonValueKind.Object && Text(web, "uri") is { } url ? (url, Text(web, "title") ?? url) : null;

    private static ReadOnlyMemory<byte> Write(List<(int Start, int End, string Url, string Title)> cited)
    {
        return RequestJson.Write(cited, 256 * cited.Count, static (json, cited) =>
        {
            json.WriteStartArray("annotations"u8);
            foreach (var (start, end, url, title) in cited)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "url_citation"u8);
                json.WriteStartObject("url_citation"u8);
                json.WriteNumber("start_index"u8, start);
                json.WriteNumber("end_index"u8, end);
                json.WriteString("url"u8, url);
                json.WriteString("title"u8, title);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static JsonElement Parsed(ReadOnlyMemory<byte> json) => JsonElement.Parse(json.Span).GetProperty("annotations");

    private static List<JsonElement> Array(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>0 where it is left out, as Google does; null where it is no place.</summary>
    private static int? Number(JsonElement of, string name) =>
        !of.TryGetProperty(name, out var value) ? 0 : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number : null;
}
