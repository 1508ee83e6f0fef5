using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>From <c>tools</c> to Ollama's. It has no choice of tools: its models call what they like, or are not shown any.</summary>
internal static class OllamaTools
{
    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            return;
        }

        if (ForeignTools.AreAll(request, tools, OllamaRequest.Name, fit)) return;
        if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Unserved("tool_choice");
        if (request.ParallelToolCalls == false) fit.Unserved("parallel_tool_calls");
        if (request.ToolChoice is { Mode: "none" }) return;
        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++) WriteTool(json, tools[i], i, fit);
        json.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter json, ChatTool? tool, int index, RequestFit fit)
    {
        var at = $"tools[{index}]";
        if (tool?.Type is null) fit.Fail($"'{at}.type' is missing.", $"{at}.type");
        else if (ForeignTools.Is(tool)) ForeignTools.Refuse(tool, index, OllamaRequest.Name, fit);
        else if (tool.Function is not { Name.Length: > 0 } function) fit.Fail($"'{at}.function.name' is missing.", $"{at}.function.name");
        else WriteFunction(json, function, at, fit);
    }

    private static void WriteFunction(Utf8JsonWriter json, ChatFunction function, string at, RequestFit fit)
    {
        // Frameworks set it for every tool: without it the model's calls keep to the schema as well as the model can.
        if (function.Rest is { } rest && rest.TryGetValue("strict", out var strict) && strict.ValueKind == JsonValueKind.True) fit.Drop($"{at}.function.strict");
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, function.Name);
        if (function.Description is { } description) json.WriteString("description"u8, description);
        json.WritePropertyName("parameters"u8);
        if (function.Parameters is { ValueKind: JsonValueKind.Object } parameters && parameters.GetPropertyCount() > 0) parameters.WriteTo(json);
        else json.WriteRawValue("""{"type":"object","properties":{}}"""u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
