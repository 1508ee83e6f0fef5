using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From <c>output_config.format</c>, or <c>output_format</c> as it was called in its beta, to <c>response_format</c>.</summary>
internal static class MessagesFormat
{
    public static void Write(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var config = ClientFields.Member(request, "output_config", JsonValueKind.Object, "", ask.Fit);
        if (config.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in config.EnumerateObject())
            {
                if (member.Name is not ("format" or "effort") && member.Value.ValueKind != JsonValueKind.Null) ask.Fit.Unserved("output_config." + member.Name);
            }
        }

        if (ClientFields.Member(config, "format").ValueKind != JsonValueKind.Undefined) WriteFormat(json, config, "output_config.", "format", ask);
        else WriteFormat(json, request, "", "output_format", ask);
    }

    private static void WriteFormat(Utf8JsonWriter json, JsonElement of, string at, string name, MessagesAsk ask)
    {
        var fit = ask.Fit;
        var format = ClientFields.Member(of, name, JsonValueKind.Object, at, fit);
        if (format.ValueKind == JsonValueKind.Undefined) return;
        var place = at + name;
        var inside = place + ".";
        MessagesMembers.Format.Check(format, place, fit);
        if (ClientFields.Text(format, "type", inside, fit) != "json_schema")
        {
            fit.Fail($"'{inside}type' must be json_schema.", inside + "type");
            return;
        }

        if (ClientFields.Member(format, "schema", JsonValueKind.Object, inside, fit) is not { ValueKind: JsonValueKind.Object } schema)
        {
            fit.Fail($"'{inside}schema' is missing.", inside + "schema");
            return;
        }

        ask.Places.Note(json, place);
        json.WriteStartObject("response_format"u8);
        ask.Places.Note(json, place, "type");
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        json.WriteString("name"u8, "answer"u8);   // OpenAI wants one
        ask.Places.Note(json, place, "schema", isCopy: true);
        json.WritePropertyName("schema"u8);
        schema.WriteTo(json);
        if (IsStrict(schema)) json.WriteBoolean("strict"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Whether OpenAI's strict mode takes the schema: every object names all its members as required, and allows no other. Anthropic holds to any schema.</summary>
    public static bool IsStrict(JsonElement schema)
    {
        switch (schema.ValueKind)
        {
            case JsonValueKind.Array:
                return schema.EnumerateArray().All(IsStrict);
            case JsonValueKind.Object:
                var isObject = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object;
                if (!isObject && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8)) return false;
                return (!isObject || IsClosed(schema, properties)) && schema.EnumerateObject().All(static m => m.Name is "enum" or "const" or "default" or "examples" || IsStrict(m.Value));
            default:
                return true;
        }
    }

    private static bool IsClosed(JsonElement schema, JsonElement properties)
    {
        if (!schema.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind != JsonValueKind.False) return false;
        if (!schema.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.Array) return false;
        var names = required.EnumerateArray().Where(static r => r.ValueKind == JsonValueKind.String).Select(static r => r.GetString()!).ToHashSet(StringComparer.Ordinal);
        return properties.EnumerateObject().All(p => names.Contains(p.Name));
    }
}
