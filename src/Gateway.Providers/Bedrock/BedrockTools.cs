using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From <c>tools</c> and <c>tool_choice</c> to <c>toolConfig</c>. A tool without a type is Bedrock's own (<c>{"systemTool":{"name":"nova_grounding"}}</c>) and passes through.</summary>
internal static class BedrockTools
{
    private static readonly string[] Own = ["systemTool", "toolSpec", "cachePoint"];

    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            WriteCalled(json, request);
            return;
        }

        if (ForeignTools.AreAll(request, tools, BedrockRequest.Name, fit))
        {
            WriteCalled(json, request);
            return;
        }

        if (request.ParallelToolCalls == false) fit.Unserved("parallel_tool_calls");

        // Bedrock has no word for none. Without tools none can be called; but where one was, it wants to see what it was.
        if (request.ToolChoice is { Mode: "none" } && !HasCalls(request)) return;
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            if (tools[i] is { Type: "function" } tool) WriteTool(json, tool, $"tools[{i}]", fit);
            else if (tools[i] is { Type: null, Function: null, Rest: { Count: 1 } rest } own && Own.Contains(rest.Keys.First())) JsonSerializer.Serialize(json, own, OpenAIJson.Default.ChatTool);
            else if (tools[i] is not { Type: not null }) fit.Fail($"'tools[{i}].type' is missing.", $"tools[{i}].type");
            else ForeignTools.Refuse(tools[i], i, BedrockRequest.Name, fit);
        }

        json.WriteEndArray();
        WriteChoice(json, request.ToolChoice, fit);
        json.WriteEndObject();
    }

    private static bool HasCalls(ChatRequest request) => request.Messages?.Any(static m => m is { Role: "tool" } or { Role: "assistant", ToolCalls.Count: > 0 }) == true;

    /// <summary>A conversation with calls is refused without tools; what is known of these is that they were called.</summary>
    private static void WriteCalled(Utf8JsonWriter json, ChatRequest request)
    {
        var names = (request.Messages ?? []).Where(static m => m is { Role: "assistant" }).SelectMany(static m => m!.ToolCalls ?? [])
            .Select(static c => c?.Function?.Name).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return;
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var name in names) WriteFunction(json, new ChatFunction { Name = name });
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, ChatTool tool, string at, RequestFit fit)
    {
        if (tool.Function is not { Name.Length: > 0 } function)
        {
            fit.Fail($"'{at}.function.name' is missing.", $"{at}.function.name");
            return;
        }

        WriteFunction(json, function);
        BedrockBlocks.WriteCachePoint(json, tool.Rest, function.Rest);
    }

    private static void WriteFunction(Utf8JsonWriter json, ChatFunction function)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, function.Name);
        if (function.Description is { Length: > 0 } description) json.WriteString("description"u8, description);
        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        if (function.Parameters is { ValueKind: JsonValueKind.Object } parameters && parameters.GetPropertyCount() > 0) parameters.WriteTo(json);
        else json.WriteRawValue("""{"type":"object","properties":{}}"""u8);
        json.WriteEndObject();
        if (function.Rest is { } rest && rest.TryGetValue("strict", out var strict) && strict.ValueKind == JsonValueKind.True) json.WriteBoolean("strict"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatToolChoice? choice, RequestFit fit)
    {
        if (choice is null or { Mode: "none" }) return;
        var type = choice switch
        {
            { Mode: "auto" } => "auto",
            { Mode: "required" } => "any",
            { Detailed: { Type: "function", Function.Name.Length: > 0 } } => "tool",
            _ => null,
        };
        if (type is null)
        {
            fit.Fail("'tool_choice' must be 'none', 'auto', 'required' or name a function.", "tool_choice");
            return;
        }

        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(type);
        if (type == "tool") json.WriteString("name"u8, choice.Detailed!.Function!.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
