using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From a message to content blocks: unions with one member each.</summary>
internal static class BedrockBlocks
{
    /// <param name="family">See <see cref="BedrockFamily"/>.</param>
    public static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage?>? messages, string family, RequestFit fit)
    {
        var parts = new BedrockParts(fit);
        new RoleTurns(json, family, fit)
        {
            System = (message, at) => WriteSystem(json, message, at, fit),
            Message = (message, at) => WriteMessage(json, message, at, parts, family, fit),
        }.Write(messages);
    }

    /// <summary>Bedrock refuses empty text.</summary>
    public static void WriteText(Utf8JsonWriter json, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Where Anthropic marks a block, Bedrock has one more behind it.</summary>
    public static void WriteCachePoint(Utf8JsonWriter json, params ReadOnlySpan<Dictionary<string, JsonElement>?> marked)
    {
        foreach (var rest in marked)
        {
            if (rest is null || !rest.TryGetValue(ChatHints.CacheControl, out var control) || control.ValueKind != JsonValueKind.Object) continue;
            json.WriteStartObject();
            json.WriteStartObject("cachePoint"u8);
            json.WriteString("type"u8, "default"u8);
            if (JsonFields.Text(control, "ttl") is { } ttl) json.WriteString("ttl"u8, ttl);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message, string at, BedrockParts parts, string family, RequestFit fit)
    {
        if (message.Role == "tool")
        {
            WriteResult(json, message, at, parts, fit);
            return;
        }

        foreach (var thought in ThoughtBlocks.Of(message, family, fit)) WriteThought(json, thought, family);
        WriteContent(json, message, at, parts, fit);
        for (var i = 0; i < (message.ToolCalls?.Count ?? 0); i++) WriteCall(json, message.ToolCalls![i], $"{at}.tool_calls[{i}]", fit);
        WriteCachePoint(json, message.Rest);
    }

    private static void WriteSystem(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.Content is null) fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        WriteText(json, message.Content?.Text);
        for (var i = 0; i < (message.Content?.Parts?.Count ?? 0); i++)
        {
            var part = message.Content!.Parts![i];
            if (part is { Type: "text", Text: { } text }) WriteText(json, text);
            else if (part is { Type: null, Rest: { } own } && (own.ContainsKey("guardContent") || own.ContainsKey("cachePoint"))) JsonSerializer.Serialize(json, part, OpenAIJson.Default.ChatContentPart);
            else fit.Fail($"A system message has text only: '{at}.content[{i}]'.", $"{at}.content[{i}]");
            WriteCachePoint(json, part?.Rest);
        }

        WriteCachePoint(json, message.Rest);
    }

    private static void WriteContent(Utf8JsonWriter json, ChatMessage message, string at, BedrockParts parts, RequestFit fit)
    {
        if (message is { Refusal: { Length: > 0 } refusal, Content: null }) WriteText(json, refusal);
        if (message.Content is not { } content)
        {
            if (message.Role != "assistant") fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        }
        else if (content.Parts is { } list)
        {
            for (var i = 0; i < list.Count; i++) parts.Write(json, list[i], $"{at}.content[{i}]");
        }
        else if (content.Text is { Length: > 0 } text)
        {
            WriteText(json, text);
        }
        else if (message.Role == "user")
        {
            fit.Fail($"'{at}.content' is empty.", $"{at}.content");
        }
    }

    /// <summary>A signed thought or an encrypted one, as the model gave it.</summary>
    private static void WriteThought(Utf8JsonWriter json, JsonElement thought, string family)
    {
        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        if (JsonFields.Text(thought, "type") == ThoughtBlocks.Encrypted)
        {
            json.WriteString("redactedContent"u8, ThoughtBlocks.Bare(JsonFields.Text(thought, "data")!, family));
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, JsonFields.Text(thought, "thinking"));
            json.WriteString("signature"u8, ThoughtBlocks.Bare(JsonFields.Text(thought, "signature")!, family));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
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
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, BedrockIds.Valid(call.Id));
        json.WriteString("name"u8, function.Name);
        json.WritePropertyName("input"u8);
        json.WriteRawValue(input, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteCachePoint(json, call.Rest);
    }

    private static void WriteResult(Utf8JsonWriter json, ChatMessage message, string at, BedrockParts parts, RequestFit fit)
    {
        if (message.ToolCallId is not { Length: > 0 } id)
        {
            fit.Fail($"'{at}.tool_call_id' is missing.", $"{at}.tool_call_id");
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, BedrockIds.Valid(id));
        json.WriteStartArray("content"u8);
        WriteText(json, message.Content?.Text);
        for (var i = 0; i < (message.Content?.Parts?.Count ?? 0); i++) parts.Write(json, message.Content!.Parts![i], $"{at}.content[{i}]", inResult: true);
        json.WriteEndArray();
        if (message.Rest is { } rest && rest.TryGetValue("is_error", out var failed) && failed.ValueKind == JsonValueKind.True) json.WriteString("status"u8, "error"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteCachePoint(json, message.Rest);
    }
}
