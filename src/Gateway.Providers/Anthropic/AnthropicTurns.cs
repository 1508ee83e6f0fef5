using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>
/// From messages to turns. System messages go first, into a field of their own, whatever stood between them. Results of tools are the user's, and all that the user says without the
/// assistant saying anything is one turn: the results of parallel calls belong together.
/// </summary>
internal static class AnthropicTurns
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage?>? messages, RequestFit fit)
    {
        if (messages is not { Count: > 0 })
        {
            fit.Fail("'messages' must have at least one message.", "messages");
            return;
        }

        WriteSystem(json, messages, fit);
        json.WriteStartArray("messages"u8);
        string? open = null;
        for (var i = 0; i < messages.Count; i++)
        {
            var at = $"messages[{i}]";
            if (messages[i] is not { } message)
            {
                fit.Fail($"'{at}' must be an object.", at);
                continue;
            }

            var role = message.Role switch { "user" or "tool" => "user", "assistant" => "assistant", "system" or "developer" => null, _ => "" };
            if (role == "") fit.Fail($"'{at}.role' must be system, developer, user, assistant or tool.", $"{at}.role");
            if (string.IsNullOrEmpty(role) || (role == "assistant" && AnthropicBlocks.IsEmpty(message, ThoughtBlocks.Claude, fit))) continue;
            if (role != open)
            {
                if (open is not null) Close(json);
                Open(json, role);
                open = role;
            }

            AnthropicBlocks.WriteMessage(json, message, at, fit);
        }

        if (open is not null) Close(json);
        else fit.Fail("'messages' must have a message that is no system message.", "messages");
        json.WriteEndArray();
    }

    private static void WriteSystem(Utf8JsonWriter json, IReadOnlyList<ChatMessage?> messages, RequestFit fit)
    {
        if (!messages.Any(static m => m?.Role is "system" or "developer")) return;
        json.WriteStartArray("system"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { Role: "system" or "developer" } message) AnthropicBlocks.WriteContent(json, message, $"messages[{i}]", fit);
        }

        json.WriteEndArray();
    }

    private static void Open(Utf8JsonWriter json, string role)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray("content"u8);
    }

    private static void Close(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
