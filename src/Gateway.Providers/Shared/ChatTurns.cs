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
            if (messages[i] is not { Role: "assistant" } message) continue;
            if (Unsayable(message, $"messages[{i}]") is { } error) return error;
            if (message is { Refusal.Length: > 0, Content: { } content }) (changed ??= [.. messages])[i] = WithRefusal(message, content);
        }

        return changed is null ? read : read.Value with { Messages = changed };
    }

    private static GatewayError? Unsayable(ChatMessage message, string at)
    {
        if (message is not { ToolCalls: not { Count: > 0 }, Rest: { } rest }) return null;
        if (JsonFields.Object(rest, "function_call").ValueKind == JsonValueKind.Object)
            return OpenAIRequest.Invalid($"'{at}.function_call' is OpenAI's older form of a call: send it in 'tool_calls', and its result as a message with the role tool.", $"{at}.function_call");
        var isSilent = message is { Refusal: null or "", Content: null or { Text: "" } or { Parts.Count: 0 } };
        if (isSilent && JsonFields.Object(rest, "audio").ValueKind == JsonValueKind.Object)
            return OpenAIRequest.Invalid($"'{at}.audio' is sound that OpenAI has kept: send its transcript in 'content'.", $"{at}.audio");
        return null;
    }

    /// <summary>The refusal stands behind what was said before it.</summary>
    private static ChatMessage WithRefusal(ChatMessage message, ChatContent content)
    {
        IReadOnlyList<ChatContentPart?> said = content.Parts ?? (content.Text is { Length: > 0 } text ? [new ChatContentPart { Type = "text", Text = text }] : []);
        return message with { Refusal = null, Content = new() { Parts = [.. said, new ChatContentPart { Type = "refusal", Refusal = message.Refusal }] } };
    }
}
