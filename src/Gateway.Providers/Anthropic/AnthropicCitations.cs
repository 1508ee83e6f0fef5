using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>Citations of an answer's text. Those of web pages OpenAI has too, as annotations; those of the request's own documents are shown as Anthropic wrote them.</summary>
internal sealed class AnthropicCitations
{
    /// <summary>What Anthropic says of a page and OpenAI does not.</summary>
    private static readonly string[] OfPage = ["cited_text", "encrypted_index"];

    private readonly List<(AnthropicCitation Citation, int Start, int End)> _web = [];
    private readonly List<AnthropicCitation> _others = [];

    /// <param name="start">Where the cited text begins in the content, characters.</param>
    public void Add(IReadOnlyList<AnthropicCitation>? citations, int start, int end)
    {
        foreach (var citation in citations ?? [])
        {
            if (citation is { Url: not null }) _web.Add((citation, start, end));
            else _others.Add(citation);
        }
    }

    /// <summary>Of web pages: JSON of an array; null: there are none.</summary>
    public JsonElement? Pages => _web.Count > 0 ? Annotations() : null;

    public void AddTo(Dictionary<string, JsonElement> message)
    {
        if (Pages is { } pages) message["annotations"] = pages;
        if (_others.Count > 0) message["citations"] = JsonSerializer.SerializeToElement(_others, AnthropicJson.Default.ListAnthropicCitation);
    }

    private JsonElement Annotations()
    {
        var json = RequestJson.Write(_web, 256 * _web.Count, static (json, web) =>
        {
            json.WriteStartArray("annotations"u8);
            foreach (var (citation, start, end) in web)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "url_citation"u8);
                json.WriteStartObject("url_citation"u8);
                json.WriteNumber("start_index"u8, start);
                json.WriteNumber("end_index"u8, end);
                json.WriteString("url"u8, citation.Url);
                json.WriteString("title"u8, citation.Title ?? citation.Url);
                foreach (var name in OfPage)
                {
                    if (JsonFields.Text(citation.Rest, name) is { Length: > 0 } value) json.WriteString(name, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("annotations").Clone();
    }
}
