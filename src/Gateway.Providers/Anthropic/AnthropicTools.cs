using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From <c>tools</c> and <c>tool_choice</c> to Anthropic's. Tools of other types than function are its own (web search, code execution) and pass through.</summary>
internal static class AnthropicTools
{
    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            return;
        }

        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            if (tools[i] is not { Type: { } type } tool) fit.Fail($"'tools[{i}].type' is missing.", $"tools[{i}].type");
            else if (type == "function") WriteFunction(json, tool, $"tools[{i}]", fit);
            else JsonSerializer.Serialize(json, tool, OpenAIJson.Default.ChatTool);
        }

        json.WriteEndArray();
        WriteChoice(json, request.ToolChoice, request.ParallelToolCalls == false, fit);
    }

    private static void WriteFunction(Utf8JsonWriter json, ChatTool tool, string at, RequestFit fit)
    {
        if (tool.Function is not { Name.Length: > 0 } function)
        {
            fit.Fail($"'{at}.function.name' is missing.", $"{at}.function.name");
            return;
        }

        json.WriteStartObject();
        json.WriteString("name"u8, function.Name);
        if (function.Description is { } description) json.WriteString("description"u8, description);
        json.WritePropertyName("input_schema"u8);
        if (function.Parameters is { ValueKind: JsonValueKind.Object } parameters && parameters.GetPropertyCount() > 0) parameters.WriteTo(json);
        else json.WriteRawValue("""{"type":"object","properties":{}}"""u8);
        if (function.Rest is { } rest && rest.TryGetValue("strict", out var strict) && strict.ValueKind == JsonValueKind.True) json.WriteBoolean("strict"u8, true);
        AnthropicBlocks.WriteCacheControl(json, tool.Rest, function.Rest);
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatToolChoice? choice, bool oneCall, RequestFit fit)
    {
        if (choice is null && !oneCall) return;
        var type = choice switch
        {
            null or { Mode: "auto" } => "auto",
            { Mode: "none" } => "none",
            { Mode: "required" } => "any",
            { Detailed: { Type: "function", Function.Name.Length: > 0 } } => "tool",
            _ => null,
        };
        if (type is null)
        {
            fit.Fail("'tool_choice' must be 'none', 'auto', 'required' or name a function.", "tool_choice");
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, type);
        if (type == "tool") json.WriteString("name"u8, choice!.Detailed!.Function!.Name);
        if (oneCall && type != "none") json.WriteBoolean("disable_parallel_tool_use"u8, true);
        json.WriteEndObject();
    }
}
