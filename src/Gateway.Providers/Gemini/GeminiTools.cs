using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// From <c>tools</c> and <c>tool_choice</c> to Gemini's. A tool without a type is one of its own (<c>{"googleSearch":{}}</c>) and passes through; <c>web_search_options</c> is its search.
/// </summary>
internal static class GeminiTools
{
    private const string WebSearch = "web_search_options";

    public static void Write(Utf8JsonWriter json, GeminiAsk ask, RequestFit fit)
    {
        var request = ask.Request;
        var searches = JsonFields.Object(request.Rest, WebSearch).ValueKind == JsonValueKind.Object;
        if (request.Tools is not { Count: > 0 } && !searches)
        {
            if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            return;
        }

        if (!searches && ForeignTools.AreAll(request, request.Tools!, GeminiRequest.Name, fit)) return;
        json.WriteStartArray("tools"u8);
        WriteFunctions(json, request.Tools ?? [], fit);
        if (searches) WriteSearch(json, request.Rest![WebSearch], fit);
        json.WriteEndArray();
        if (request.ParallelToolCalls == false) fit.Unserved("parallel_tool_calls");
        if (!ask.Own.HasToolConfig) WriteChoice(json, request.ToolChoice, fit);
    }

    /// <summary>Gemini searches as it likes.</summary>
    private static void WriteSearch(Utf8JsonWriter json, JsonElement options, RequestFit fit)
    {
        foreach (var option in options.EnumerateObject())
        {
            if (ChatHints.IsSaid(option.Value)) fit.Drop($"{WebSearch}.{option.Name}");
        }

        json.WriteRawValue("""{"googleSearch":{}}"""u8);
    }

    private static void WriteFunctions(Utf8JsonWriter json, IReadOnlyList<ChatTool?> tools, RequestFit fit)
    {
        var opened = false;
        for (var i = 0; i < tools.Count; i++)
        {
            if (tools[i]?.Type != "function") continue;
            if (!opened)
            {
                json.WriteStartObject();
                json.WriteStartArray("functionDeclarations"u8);
                opened = true;
            }

            WriteFunction(json, tools[i]!, $"tools[{i}]", fit);
        }

        if (opened)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }

        for (var i = 0; i < tools.Count; i++)
        {
            if (tools[i] is { Type: null, Function: null, Rest.Count: > 0 } own) JsonSerializer.Serialize(json, own, OpenAIJson.Default.ChatTool);
            else if (tools[i]?.Type is null) fit.Fail($"'tools[{i}].type' is missing.", $"tools[{i}].type");
            else if (ForeignTools.Is(tools[i])) ForeignTools.Refuse(tools[i], i, GeminiRequest.Name, fit);
        }
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
        if (function.Rest is { } rest && rest.TryGetValue("strict", out var strict) && strict.ValueKind == JsonValueKind.True) fit.Drop($"{at}.function.strict");
        if (function.Description is { } description) json.WriteString("description"u8, description);
        if (function.Parameters is { ValueKind: JsonValueKind.Object } parameters && parameters.GetPropertyCount() > 0)
        {
            json.WritePropertyName(GeminiSchema.IsNative(parameters) ? "parameters"u8 : "parametersJsonSchema"u8);
            parameters.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ChatToolChoice? choice, RequestFit fit)
    {
        if (choice is null) return;
        var mode = choice switch
        {
            { Mode: "auto" } => "AUTO",
            { Mode: "none" } => "NONE",
            { Mode: "required" } or { Detailed: { Type: "function", Function.Name.Length: > 0 } } => "ANY",
            _ => null,
        };
        if (mode is null)
        {
            fit.Fail("'tool_choice' must be 'none', 'auto', 'required' or name a function.", "tool_choice");
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString("mode"u8, mode);
        if (choice.Detailed?.Function?.Name is { } name)
        {
            json.WriteStartArray("allowedFunctionNames"u8);
            json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
