using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>A chat request whose assistant's turns say all they say in <c>content</c> and <c>tool_calls</c>, the places that translators read.</summary>
internal static class ChatTurns
{
    /// <returns>The 400 where a turn says something that only OpenAI could look up, or that has no place anywhere else: without it the conversation would be another one.</returns>
    public static Outcome<ChatRequest> Read(ReadOnlySpan<byte> body)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.ChatRequest);
        if (!read.IsOk || read.Value.Messages is not { } messages) return read;
        ChatMessage?[]? changed = null;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is not { } message) continue;
            if ((Unsayable(message, i) ?? Repeated(message, i)) is { } error) return error;
            if (message is { Role: "assistant", Refusal.Length: > 0, Content: { } content }) (changed ??= [.. messages])[i] = WithRefusal(message, content);
        }

        return changed is null ? read : read.Value with { Messages = changed };
    }

    /// <summary>Whether an assistant's message has no word in it and no call: clients send one back where the answer was cut before the first word.</summary>
    public static bool SaysNothing(ChatMessage message) =>
        message is { ToolCalls: not { Count: > 0 }, Refusal: null or "" } && (message.Content is not { } content || (content.Parts is { } parts ? parts.All(IsEmpty) : content.Text is null or ""));

    /// <summary>Whether a message's content is there, and all of it is empty texts: providers refuse such.</summary>
    public static bool IsBlank(ChatMessage message) => message.Content is { } content && (content.Parts is { } parts ? parts.All(IsEmpty) : content.Text is null or "");

    private static bool IsEmpty(ChatContentPart? part) => part is { Type: "text", Text: "" } or { Type: "refusal", Refusal: "" };

    private static GatewayError? Unsayable(ChatMessage message, int index)
    {
        if (message is { Role: "system" or "developer" or "user" or "tool", ToolCalls.Count: > 0 })
            return OpenAIRequest.Invalid($"'messages[{index}].tool_calls' belongs in a message with the role assistant.", $"messages[{index}].tool_calls");
        if (message is not { Role: "assistant", ToolCalls: not { Count: > 0 }, Rest: { } rest }) return null;
        if (JsonFields.Object(rest, "function_call").ValueKind == JsonValueKind.Object)
            return OpenAIRequest.Invalid($"'messages[{index}].function_call' is OpenAI's older form of a call: send it in 'tool_calls', and its result as a message with the role tool.", $"messages[{index}].function_call");
        if (SaysNothing(message) && JsonFields.Object(rest, "audio").ValueKind == JsonValueKind.Object)
            return OpenAIRequest.Invalid($"'messages[{index}].audio' is sound that OpenAI has kept: send its transcript in 'content'.", $"messages[{index}].audio");
        return null;
    }

    /// <summary>A result names the call that it is of: of two with one id nobody could tell which.</summary>
    private static GatewayError? Repeated(ChatMessage message, int index)
    {
        if (message.ToolCalls is not { Count: > 1 } calls) return null;
        var seen = new HashSet<string>(calls.Count, StringComparer.Ordinal);
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i]?.Id is { Length: > 0 } id && !seen.Add(id))
                return OpenAIRequest.Invalid($"'messages[{index}].tool_calls[{i}].id' is the id of another call of this message: each needs one of its own.", $"messages[{index}].tool_calls[{i}].id");
        }

        return null;
    }

    /// <summary>The refusal stands behind what was said before it.</summary>
    private static ChatMessage WithRefusal(ChatMessage message, ChatContent content)
    {
        IReadOnlyList<ChatContentPart?> said = content.Parts ?? (content.Text is { Length: > 0 } text ? [new ChatContentPart { Type = "text", Text = text }] : []);
        return message with { Refusal = null, Content = new() { Parts = [.. said, new ChatContentPart { Type = "refusal", Refusal = message.Refusal }] } };
    }
}
