using System.Buffers;
using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Google's schemas have the names of types in capitals (<c>STRING</c>), which JSON schemas have not; it takes both.</summary>
internal static class OpenApiSchema
{
    public static JsonElement ToJson(JsonElement schema)
    {
        if (!schema.GetRawText().AsSpan().ContainsAnyInRange('A', 'Z')) return schema;
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(json, schema, isType: false);
        using var document = JsonDocument.Parse(output.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, bool isType)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, member.Name == "type");
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item, isType: false);
                json.WriteEndArray();
                break;
            case JsonValueKind.String when isType:
                json.WriteStringValue(value.GetString()!.ToLowerInvariant());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
