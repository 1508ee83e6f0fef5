using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Brings what Gemini takes in several forms to one, and takes away what the OpenAI requests beside the accepted ones do not say (parts of schemas, a file's media type).</summary>
internal static class GeminiForms
{
    public static void Normal(JsonObject request)
    {
        foreach (var turn in request["contents"]!.AsArray()) Parts(turn!["parts"]!.AsArray());
        if (request["systemInstruction"]?["parts"] is JsonArray system) Parts(system);
        if (request["generationConfig"] is JsonObject config)
        {
            if (config["responseSchema"] is { } schema)
            {
                config.Remove("responseSchema");
                config["responseJsonSchema"] = schema.DeepClone();
            }

            if (config["responseJsonSchema"] is JsonObject answer) Schema(answer);
            if (config.Count == 0) request.Remove("generationConfig");
        }

        foreach (var tool in request["tools"]?.AsArray() ?? [])
            foreach (var function in tool!["functionDeclarations"]?.AsArray() ?? [])
                if (function!["parameters"] is JsonObject parameters) Schema(parameters);
        if (request["toolConfig"]?["functionCallingConfig"] is JsonObject calling) calling["mode"] = ((string)calling["mode"]!).ToUpperInvariant();
    }

    private static void Parts(JsonArray parts)
    {
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var part = parts[i]!.AsObject();
            Rename(part, "inline_data", "inlineData", "mime_type", "mimeType");
            Rename(part, "file_data", "fileData", "mime_type", "mimeType");
            if (part["fileData"] is JsonObject file)
            {
                file.Remove("mimeType");
                if (file["file_uri"] is { } uri)
                {
                    file.Remove("file_uri");
                    file["fileUri"] = uri.DeepClone();
                }
            }

            if (part["text"] is not JsonValue next || i == 0 || parts[i - 1]!["text"] is not JsonValue first) continue;
            parts[i - 1]!["text"] = (string?)first + (string?)next;
            parts.RemoveAt(i);
        }
    }

    private static void Rename(JsonObject part, string from, string to, string memberFrom, string memberTo)
    {
        if (part[from] is not JsonObject value) return;
        part.Remove(from);
        var renamed = value.DeepClone().AsObject();
        if (renamed[memberFrom] is { } member)
        {
            renamed.Remove(memberFrom);
            renamed[memberTo] = member.DeepClone();
        }

        part[to] = renamed;
    }

    /// <summary>Types are in capitals where Google writes them and not in JSON schemas.</summary>
    private static void Schema(JsonObject schema)
    {
        foreach (var name in new[] { "additionalProperties", "nullable" }) schema.Remove(name);
        if ((string?)schema["type"] is { } type) schema["type"] = type.ToLowerInvariant();
        if (schema["properties"] is JsonObject { Count: 0 }) schema.Remove("properties");
        if (schema["required"] is JsonArray required)
        {
            schema.Remove("required");
            if (required.Count > 0) schema["required"] = new JsonArray([.. required.Select(static r => (string)r!).Order(StringComparer.Ordinal).Select(static r => (JsonNode)r)]);
        }

        if (schema["items"] is JsonObject items) Schema(items);
        foreach (var (_, property) in schema["properties"]?.AsObject() ?? []) if (property is JsonObject inner) Schema(inner);
    }
}
