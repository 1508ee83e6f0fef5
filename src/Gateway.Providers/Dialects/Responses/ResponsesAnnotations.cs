using System.Buffers;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Chat's annotations, in which the citation is an object of its own, are flat here.</summary>
internal static class ResponsesAnnotations
{
    /// <param name="annotations">A JSON array, or nothing.</param>
    public static List<byte[]> Of(ReadOnlySpan<byte> annotations)
    {
        var flat = new List<byte[]>();
        if (annotations.Length <= 2) return flat;
        var reader = new Utf8JsonReader(annotations, JsonCursor.Options);
        using var document = JsonDocument.ParseValue(ref reader);
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            var citation = ResponsesAsk.Find(annotation, "url_citation") ?? annotation;
            if (ResponsesAsk.Find(citation, "url") is { ValueKind: JsonValueKind.String } url) flat.Add(Citation(citation, url));
        }

        return flat;
    }

    private static byte[] Citation(JsonElement citation, JsonElement url)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, ResponsesObject.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            Number(json, citation, "start_index");
            Number(json, citation, "end_index");
            ResponsesAsk.CopyText(json, "url"u8, url);
            ResponsesAsk.CopyText(json, "title"u8, ResponsesAsk.Find(citation, "title") is { ValueKind: JsonValueKind.String } title ? title : url);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Number(Utf8JsonWriter json, JsonElement citation, string name) =>
        json.WriteNumber(name, ResponsesAsk.Find(citation, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var place) ? place : 0);
}
