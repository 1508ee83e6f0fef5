using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>Brings what Anthropic takes in several forms to one, and takes away what the OpenAI requests beside the accepted ones do not say (ids, parts of tool schemas).</summary>
internal static class AnthropicForms
{
    public static void Normal(JsonObject request)
    {
        request.Remove("model");   // the target's
        if ((bool?)request["stream"] == false) request.Remove("stream");
        if (request["output_format"] is { } format)
        {
            request.Remove("output_format");   // the name it had in its beta
            request["output_config"] = new JsonObject { ["format"] = format.DeepClone() };
        }

        if (request["output_config"]?["format"]?["schema"] is JsonObject answer) Schema(answer);
        if (request["tool_choice"] is JsonObject choice) choice.Remove("disable_parallel_tool_use");
        Blocks(request, "system");
        var ids = new List<string>();
        foreach (var message in request["messages"]!.AsArray())
        {
            Blocks(message!.AsObject(), "content");
            foreach (var block in message["content"]!.AsArray()) Block(block!.AsObject(), ids);
        }

        foreach (var tool in request["tools"]?.AsArray() ?? [])
        {
            if ((string?)tool!["description"] == "") tool.AsObject().Remove("description");
            if (tool["input_schema"] is JsonObject schema) Schema(schema);
        }
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
        if (block["source"] is not null) block.Remove("title");
        switch ((string?)block["type"])
        {
            case "tool_use":
                ids.Add((string)block["id"]!);
                block["id"] = ids.Count;
                break;
            case "tool_result":
                if ((bool?)block["is_error"] == false) block.Remove("is_error");
                block["tool_use_id"] = ids.LastIndexOf((string)block["tool_use_id"]!) + 1;
                Blocks(block, "content");
                block["content"] = new JsonArray([.. block["content"]!.AsArray().Where(static p => p!["text"] is not null).Select(static p => (JsonNode)Compact((string)p!["text"]!))]);
                break;
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

    private static void Blocks(JsonObject of, string name)
    {
        if (of[name] is JsonValue text) of[name] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = (string?)text });
        if (of[name] is not JsonArray blocks) return;
        for (var i = blocks.Count - 1; i > 0; i--)
        {
            if (blocks[i]!["text"] is not JsonValue next || blocks[i - 1]!["text"] is not JsonValue first) continue;
            blocks[i - 1]!["text"] = (string?)first + (string?)next;
            blocks.RemoveAt(i);
        }
    }
}
