using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>Brings what Converse takes in several forms to one, and takes away what the OpenAI requests beside the accepted ones do not say (ids, names, parts of schemas).</summary>
internal static class BedrockForms
{
    public static void Normal(JsonObject request)
    {
        if (request["inferenceConfig"] is JsonObject { Count: 0 }) request.Remove("inferenceConfig");
        var ids = new List<string>();
        foreach (var message in request["messages"]!.AsArray())
        {
            Join(message!["content"]!.AsArray());
            foreach (var block in message["content"]!.AsArray()) Block(block!.AsObject(), ids);
        }

        if (request["toolConfig"]?["tools"]?.AsArray() is [JsonObject own] && own.ContainsKey("systemTool")) request.Remove("toolConfig");
        foreach (var tool in request["toolConfig"]?["tools"]?.AsArray() ?? [])
        {
            if (tool!["toolSpec"]?["inputSchema"]?["json"] is JsonObject schema) Schema(schema);
        }

        if (request["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"] is not JsonObject answer) return;
        answer.Remove("name");
        var parsed = JsonNode.Parse((string)answer["schema"]!)!.AsObject();
        Schema(parsed);
        answer["schema"] = parsed;
    }

    private static void Schema(JsonObject schema)
    {
        foreach (var name in new[] { "additionalProperties", "strict" }) schema.Remove(name);
        if (schema["properties"] is JsonObject { Count: 0 }) schema.Remove("properties");
        if (schema["required"] is JsonArray required)
        {
            schema.Remove("required");
            if (required.Count > 0) schema["required"] = new JsonArray([.. required.Select(static r => (string)r!).Order(StringComparer.Ordinal).Select(static r => (JsonNode)r)]);
        }

        foreach (var (_, property) in schema["properties"]?.AsObject() ?? []) if (property is JsonObject inner) Schema(inner);
    }

    private static void Block(JsonObject block, List<string> ids)
    {
        if (block["document"] is JsonObject document) document.Remove("name");
        if (block["toolUse"] is JsonObject call)
        {
            ids.Add((string)call["toolUseId"]!);
            call["toolUseId"] = ids.Count;
        }

        if (block["toolResult"] is not JsonObject result) return;
        if ((string?)result["status"] == "success") result.Remove("status");
        Join(result["content"]!.AsArray());
        result["toolUseId"] = ids.LastIndexOf((string)result["toolUseId"]!) + 1;
        result["content"] = new JsonArray([.. result["content"]!.AsArray().Where(static p => p!["text"] is not null).Select(static p => (JsonNode)Compact((string)p!["text"]!))]);
    }

    private static void Join(JsonArray blocks)
    {
        for (var i = blocks.Count - 1; i > 0; i--)
        {
            if (blocks[i]!["text"] is not JsonValue next || blocks[i - 1]!["text"] is not JsonValue first) continue;
            blocks[i - 1]!["text"] = (string?)first + (string?)next;
            blocks.RemoveAt(i);
        }
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
}
