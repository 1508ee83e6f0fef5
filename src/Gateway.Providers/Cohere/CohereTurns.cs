using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From messages to Cohere's, one to one: its roles are OpenAI's, and system messages may stand anywhere.</summary>
internal static class CohereTurns
{
    /// <summary>The member of an assistant's message in which its plan goes to the client and comes back. Cohere's name for it.</summary>
    public const string ToolPlan = "tool_plan";

    /// <summary>The member of an assistant's message with what its words rest on, as Cohere wrote it; it comes back so too.</summary>
    public const string Citations = "citations";

    private const string Reasoning = "reasoning_content";

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage?>? messages, RequestFit fit)
    {
        if (messages is not { Count: > 0 })
        {
            fit.Fail("'messages' must have at least one message.", "messages");
            return;
        }

        if (messages.All(IsEmpty)) fit.Fail("'messages' must have a message that says something.", "messages");
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            var at = $"messages[{i}]";
            if (messages[i] is { } message) WriteMessage(json, message, at, fit);
            else fit.Fail($"'{at}' must be an object.", at);
        }

        json.WriteEndArray();
    }

    private static bool IsEmpty(ChatMessage? message) => message is { Role: "assistant" } && ChatTurns.SaysNothing(message);

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        var role = message.Role switch { "system" or "developer" => "system", "user" or "assistant" or "tool" => message.Role, _ => null };
        if (role is null) fit.Fail($"'{at}.role' must be system, developer, user, assistant or tool.", $"{at}.role");
        if (role is null || IsEmpty(message)) return;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        if (role == "assistant") WriteAssistant(json, message, at, fit);
        else if (role == "tool") WriteResult(json, message, at, fit);
        else WriteContent(json, message, at, fit);
        json.WriteEndObject();
    }

    private static void WriteAssistant(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        var calls = message.ToolCalls ?? [];

        // In the middle of a turn the model goes on from what it thought; of a turn that is over, only the answer counts.
        var thoughts = calls.Count > 0 ? JsonFields.Text(message.Rest, Reasoning) : null;
        var plan = calls.Count > 0 ? JsonFields.Text(message.Rest, ToolPlan) : null;
        if (calls.Count > 0 && plan is null && Words(message) is { Length: > 0 } words) (plan, message) = (words, message with { Content = null });
        if (message is { Content: null, Refusal: { Length: > 0 } refusal }) json.WriteString("content"u8, refusal);
        else if (thoughts is { Length: > 0 } || message.Content is not (null or { Text: "" })) WriteParts(json, message, thoughts, at, fit);
        if (calls.Count > 0)
        {
            if (plan is not null) json.WriteString(ToolPlan, plan);
            json.WriteStartArray("tool_calls"u8);
            for (var i = 0; i < calls.Count; i++) WriteCall(json, calls[i], $"{at}.tool_calls[{i}]", fit);
            json.WriteEndArray();
        }

        if (message.Rest is not { } rest || !rest.TryGetValue(Citations, out var citations) || !AreCohere(citations)) return;
        json.WritePropertyName(Citations);
        citations.WriteTo(json);
    }

    /// <summary>What is said before calls is the plan: other models have no other place for it, and the dialects show Cohere's so.</summary>
    private static string? Words(ChatMessage message) =>
        message.Content?.Parts is not { } parts ? message.Content?.Text : parts.All(static p => p is { Type: "text" }) ? string.Concat(parts.Select(static p => p!.Text)) : null;

    private static void WriteContent(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.Content is null or { Text: "" }) fit.Fail($"'{at}.content' is missing.", $"{at}.content");
        else if (message.Role == "user" && ChatTurns.IsBlank(message)) fit.Fail($"'{at}.content' is empty.", $"{at}.content");
        else WriteParts(json, message, null, at, fit);
    }

    private static void WriteParts(Utf8JsonWriter json, ChatMessage message, string? thoughts, string at, RequestFit fit)
    {
        var failed = message.Role == "tool" && ToolFailure.Is(message);
        if (message.Content?.Parts is null && string.IsNullOrEmpty(thoughts))
        {
            var text = message.Content?.Text ?? "";
            json.WriteString("content"u8, failed ? ToolFailure.Said(text) : text);
            return;
        }

        json.WriteStartArray("content"u8);
        if (failed) CohereParts.WriteText(json, ToolFailure.Said(""));
        if (!string.IsNullOrEmpty(thoughts))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, thoughts);
            json.WriteEndObject();
        }

        if (message.Content?.Text is { Length: > 0 } single) CohereParts.WriteText(json, single);
        for (var i = 0; i < (message.Content?.Parts?.Count ?? 0); i++) CohereParts.Write(json, message.Content!.Parts![i], $"{at}.content[{i}]", fit);
        json.WriteEndArray();
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
        json.WriteString("id"u8, call.Id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, function.Name);
        json.WriteString("arguments"u8, input);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, ChatMessage message, string at, RequestFit fit)
    {
        if (message.ToolCallId is not { Length: > 0 } id)
        {
            fit.Fail($"'{at}.tool_call_id' is missing.", $"{at}.tool_call_id");
            return;
        }

        json.WriteString("tool_call_id"u8, id);
        WriteParts(json, message, null, at, fit);
    }

    /// <summary>A conversation that began with another provider may have citations of another form.</summary>
    private static bool AreCohere(JsonElement citations)
    {
        if (citations.ValueKind != JsonValueKind.Array || citations.GetArrayLength() == 0) return false;
        foreach (var citation in citations.EnumerateArray())
        {
            if (citation.ValueKind != JsonValueKind.Object || !citation.TryGetProperty("sources", out _)) return false;
        }

        return true;
    }
}
