using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From <c>tools</c> and <c>tool_choice</c> to Cohere's. Functions only; whether calls keep to their schemas is one switch for all.</summary>
internal static class CohereTools
{
    private const string StrictTools = "strict_tools";

    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            return;
        }

        if (ForeignTools.AreAll(request, tools, CohereRequest.Name, fit)) return;
        if (request.ParallelToolCalls == false) fit.Unserved("parallel_tool_calls");
        var only = request.ToolChoice?.Detailed is { Type: "function", Function.Name: { Length: > 0 } named } ? named : null;
        var (isStrict, isThere) = (false, only is null);
        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            if (!IsFunction(tools[i], i, fit)) continue;
            var function = tools[i]!.Function!;
            if (only is not null && function.Name != only) continue;
            isThere = true;
            isStrict |= function.Rest is { } rest && rest.TryGetValue("strict", out var strict) && strict.ValueKind == JsonValueKind.True;
            WriteFunction(json, function);
        }

        json.WriteEndArray();
        if (!isThere) fit.Fail("'tool_choice' names a function that is not in 'tools'.", "tool_choice");
        if (isStrict && ChatFields.Find(request, StrictTools) is null) json.WriteBoolean(StrictTools, true);
        WriteChoice(json, request.ToolChoice, only is not null, fit);
    }

    private static bool IsFunction(ChatTool? tool, int index, RequestFit fit)
    {
        var at = $"tools[{index}]";
        if (tool?.Type is null) fit.Fail($"'{at}.type' is missing.", $"{at}.type");
        else if (ForeignTools.Is(tool)) ForeignTools.Refuse(tool, index, CohereRequest.Name, fit);
        else if (tool.Function is not { Name.Length: > 0 }) fit.Fail($"'{at}.function.name' is missing.", $"{at}.function.name");
        else return true;
        return false;
    }

    private static void WriteFunction(Utf8JsonWriter json, ChatFunction function)
    {
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

    /// <param name="isNamed">One function is to be called. Cohere cannot be told which: it is shown that one alone, and must call.</param>
    private static void WriteChoice(Utf8JsonWriter json, ChatToolChoice? choice, bool isNamed, RequestFit fit)
    {
        if (choice is null or { Mode: "auto" }) return;
        if (isNamed || choice.Mode == "required") json.WriteString("tool_choice"u8, "REQUIRED"u8);
        else if (choice.Mode == "none") json.WriteString("tool_choice"u8, "NONE"u8);
        else fit.Fail("'tool_choice' must be 'none', 'auto', 'required' or name a function.", "tool_choice");
    }
}
