using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>
/// From messages to Ollama's, one to one. Calls have no ids there: a result follows its call by name and by order, so that results of parallel calls go in the order of the calls.
/// </summary>
internal static class OllamaTurns
{
    /// <summary>Ollama's name for what the model thought; on OpenAI's side it is <c>reasoning_content</c>, both ways.</summary>
    private const string Thinking = "thinking";

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage?>? messages, RequestFit fit)
    {
        if (messages is not { Count: > 0 })
        {
            fit.Fail("'messages' must have at least one message.", "messages");
            return;
        }

        if (messages.All(IsEmpty)) fit.Fail("'messages' must have a message that says something.", "messages");
        IReadOnlyList<ChatToolCall?> calls = [];
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { Role: "tool" })
            {
                var end = i + 1;
                while (end < messages.Count && messages[end] is { Role: "tool" }) end++;
                foreach (var at in Enumerable.Range(i, end - i).OrderBy(at => Place(calls, messages[at]!))) WriteResult(json, messages[at]!, calls, $"messages[{at}]", fit);
                i = end - 1;
                continue;
            }

            if (messages[i] is { Role: "assistant", ToolCalls: { Count: > 0 } made }) calls = made;
            WriteMessage(json, messages[i], $"messages[{i}]", fit);
        }

        json.WriteEndArray();
    }

    private static bool IsEmpty(ChatMessage? message) => message is { Role: "assistant" } && ChatTurns.SaysNothing(message) && string.IsNullOrEmpty(Thoughts(message));

    private static string? Thoughts(ChatMessage message) => JsonFields.Text(message.Rest, "reasoning_content");

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage? message, string at, RequestFit fit)
    {
        var role = message?.Role switch { "system" or "developer" => "system", "user" or "assistant" => message.Role, _ => null };
        if (message is null) fit.Fail($"'{at}' must be an object.", at);
        else if (role is null) fit.Fail($"'{at}.role' must be system, developer, user, assistant or tool.", $"{at}.role");
        else if (role != "assistant" && message.Content is null or { Text: "" }) fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        if (message is null || role is null) return;
        if (IsEmpty(message)) return;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        OllamaContent.Write(json, message, at, fit);
        if (role == "assistant")
        {
            if (Thoughts(message) is { Length: > 0 } thoughts) json.WriteString(Thinking, thoughts);
            WriteCalls(json, message.ToolCalls ?? [], at, fit);
        }

        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, IReadOnlyList<ChatToolCall?> calls, string at, RequestFit fit)
    {
        if (calls.Count == 0) return;
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i] is not { Function: { Name.Length: > 0, Arguments: { } arguments } function })
            {
                fit.Fail($"'{at}.tool_calls[{i}]' must have 'function.name' and 'function.arguments'.", $"{at}.tool_calls[{i}]");
                continue;
            }

            if (CallArguments.Of(arguments, $"{at}.tool_calls[{i}]", fit) is not { } input) continue;
            json.WriteStartObject();
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, function.Name);
            json.WritePropertyName("arguments"u8);
            json.WriteRawValue(input, skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, ChatMessage message, IReadOnlyList<ChatToolCall?> calls, string at, RequestFit fit)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        OllamaContent.Write(json, message, at, fit);
        var place = Place(calls, message);
        if (place < calls.Count && calls[place]?.Function?.Name is { Length: > 0 } name) json.WriteString("tool_name"u8, name);
        json.WriteEndObject();
    }

    /// <summary>Which of the calls it answers; behind all of them where it answers none.</summary>
    private static int Place(IReadOnlyList<ChatToolCall?> calls, ChatMessage result)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i]?.Id is { } id && id == result.ToolCallId) return i;
        }

        return calls.Count;
    }
}
