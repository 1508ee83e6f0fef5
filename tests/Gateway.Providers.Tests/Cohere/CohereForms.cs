using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Cohere;

/// <summary>Brings what Cohere takes in several forms to one, and takes away what the OpenAI requests beside the accepted ones do not say (ids, parts of tool schemas).</summary>
internal static class CohereForms
{
    public static void Normal(JsonObject request)
    {
        request.Remove("model");   // the target's
        request["messages"] = new JsonArray([.. request["messages"]!.AsArray().OrderBy(static m => (string?)m!["role"] != "system").Select(static m => m!.DeepClone())]);   // beside, they are always first
        var ids = new List<string>();
        foreach (var message in request["messages"]!.AsArray().Select(static m => m!.AsObject()))
        {
            message["content"] = Content(message["content"]);
            foreach (var call in message["tool_calls"]?.AsArray() ?? [])
            {
                ids.Add((string)call!["id"]!);
                call["id"] = ids.Count;
                call["function"]!["arguments"] = JsonNode.Parse((string)call["function"]!["arguments"]!);
            }

            if (message["tool_call_id"] is { } id) message["tool_call_id"] = ids.LastIndexOf((string)id!) + 1;
        }

        foreach (var tool in request["tools"]?.AsArray() ?? [])
        {
            if (tool!["function"]!["parameters"] is JsonObject schema) Schema(schema);
        }

        if (request["response_format"]?["json_schema"] is JsonObject answer) Schema(answer);
    }

    /// <summary>Texts that follow each other as one; nothing at all where they are empty.</summary>
    private static JsonArray? Content(JsonNode? content)
    {
        if (content is JsonValue text) content = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = (string?)text });
        if (content is not JsonArray parts) return null;
        var normal = new JsonArray();
        foreach (var part in parts)
        {
            if (part!["text"] is not JsonValue next) normal.Add(part.DeepClone());
            else if (normal.Count > 0 && normal[^1]!["text"] is JsonValue before) normal[^1]!["text"] = (string?)before + (string?)next;
            else if ((string?)next != "") normal.Add(part.DeepClone());
        }

        if (normal is [{ } only] && only["text"] is JsonValue whole) only["text"] = Compact((string)whole!);
        return normal.Count > 0 ? normal : null;
    }

    private static string Compact(string text)
    {
        try
        {
            return JsonNode.Parse(text)?.ToJsonString() ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static void Schema(JsonObject schema)
    {
        schema.Remove("additionalProperties");
        if (schema["properties"] is JsonObject { Count: 0 }) schema.Remove("properties");
        if (schema["required"] is JsonArray required)
        {
            schema.Remove("required");
            if (required.Count > 0) schema["required"] = new JsonArray([.. required.Select(static r => (string)r!).Order(StringComparer.Ordinal).Select(static r => (JsonNode)r)]);
        }

        foreach (var (_, property) in schema["properties"]?.AsObject() ?? []) if (property is JsonObject inner) Schema(inner);
    }
}
