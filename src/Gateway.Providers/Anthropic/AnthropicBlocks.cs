using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From a message to content blocks.</summary>
internal static class AnthropicBlocks
{
    public static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage?>? messages, RequestFit fit) => new RoleTurns(json, ThoughtBlocks.Claude, fit)
    {
        System = (message, at) => WriteContent(json, message, at, fit),
        Message = (message, at) => WriteMessage(json, message, at, fit),
    }.Write(messages);

    /// <summary>Text and parts of a message, as blocks.</summary>
    public static void WriteContent(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message is { Refusal: { Length: > 0 } refusal, Content: null }) WriteText(json, refusal, message.Rest);
        if (message.Content is not { } content)
        {
            if (message.Role != "assistant") fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        }
        else if (content.Parts is { } parts)
        {
            for (var i = 0; i < parts.Count; i++) AnthropicParts.Write(json, parts[i], $"{at}.content[{i}]", i == parts.Count - 1 ? message.Rest : null, fit);
        }
        else if (content.Text is { Length: > 0 } text)
        {
            WriteText(json, text, message.Rest);
        }
        else if (message.Role == "user")
        {
            fit.Fail($"'{at}.content' is empty.", $"{at}.content");
        }
    }

    public static void WriteText(Utf8JsonWriter json, string text, params ReadOnlySpan<Dictionary<string, JsonElement>?> marked)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        WriteCacheControl(json, marked);
        json.WriteEndObject();
    }

    /// <summary>Where one of these carries <c>cache_control</c>, the block does.</summary>
    public static void WriteCacheControl(Utf8JsonWriter json, params ReadOnlySpan<Dictionary<string, JsonElement>?> marked)
    {
        foreach (var rest in marked)
        {
            if (rest is null || !rest.TryGetValue(ChatHints.CacheControl, out var control) || control.ValueKind != JsonValueKind.Object) continue;
            json.WritePropertyName(ChatHints.CacheControl);
            control.WriteTo(json);
            return;
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.Role == "tool")
        {
            WriteResult(json, message, at, fit);
            return;
        }

        foreach (var thought in ThoughtBlocks.Of(message, ThoughtBlocks.Claude, fit)) thought.WriteTo(json);
        WriteContent(json, message, at, fit);
        for (var i = 0; i < (message.ToolCalls?.Count ?? 0); i++) WriteCall(json, message.ToolCalls![i], $"{at}.tool_calls[{i}]", fit);
    }

    private static void WriteCall(Utf8JsonWriter json, ChatToolCall? call, string at, RequestFit fit)
    {
        if (call is not { Id.Length: > 0, Function: { Name.Length: > 0, Arguments: { } arguments } function })
        {
            fit.Fail($"'{at}' must have 'id', 'function.name' and 'function.arguments'.", at);
            return;
        }

        if (CallArguments.Of(arguments, at, fit) is not { } input) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, AnthropicIds.Valid(call.Id));
        json.WriteString("name"u8, function.Name);
        json.WritePropertyName("input"u8);
        json.WriteRawValue(input, skipInputValidation: true);
        WriteCacheControl(json, call.Rest);
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.ToolCallId is not { Length: > 0 } id)
        {
            fit.Fail($"'{at}.tool_call_id' is missing.", $"{at}.tool_call_id");
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, AnthropicIds.Valid(id));
        if (ToolFailure.Is(message)) json.WriteBoolean("is_error"u8, true);
        if (message.Content?.Parts is null)
        {
            json.WriteString("content"u8, message.Content?.Text ?? "");
        }
        else
        {
            json.WriteStartArray("content"u8);
            WriteContent(json, message with { Rest = null }, at, fit);
            json.WriteEndArray();
        }

        WriteCacheControl(json, message.Rest);
        json.WriteEndObject();
    }
}
