using System.Buffers;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Chat's annotations, in which the citation is an object of its own, are flat here.</summary>
internal static class ResponsesAnnotations
{
    /// <param name="list">A JSON array of annotations or citations, or nothing.</param>
    public static IEnumerable<ChatPage> Of(ReadOnlySpan<byte> list)
    {
        if (list.Length <= 2 || !JsonText.IsText(list)) return [];
        var reader = new Utf8JsonReader(list, JsonCursor.Options);
        return ChatPage.Of(JsonElement.ParseValue(ref reader));
    }

    public static byte[] Citation(in ChatPage page)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, ResponsesObject.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            json.WriteNumber("start_index"u8, page.Start);
            json.WriteNumber("end_index"u8, page.End);
            json.WriteString("url"u8, page.Url);
            json.WriteString("title"u8, page.Title ?? page.Url);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
