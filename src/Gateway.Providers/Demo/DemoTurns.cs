using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>From messages to turns. The order of calls and results is checked as OpenAI does, so that an application that works here does not fail there.</summary>
internal static class DemoTurns
{
    public static Outcome<List<DemoTurn>> Read(IReadOnlyList<ChatMessage?>? messages)
    {
        if (messages is not { Count: > 0 }) return OpenAIRequest.Invalid("'messages' must have at least one message.", "messages");
        var turns = new List<DemoTurn>(messages.Count);
        var open = new Dictionary<string, string>(); // calls that still wait for their result: id → tool
        for (var i = 0; i < messages.Count; i++)
        {
            var at = $"messages[{i}]";
            if (messages[i] is not { } message) return OpenAIRequest.Invalid($"'{at}' must be an object.", at);
            if (open.Count > 0 && message.Role != "tool") return Unanswered(open, at);
            var text = Text(message, at);
            if (!text.IsOk) return text.Error;
            var turn = message.Role switch
            {
                "system" or "developer" => new DemoTurn { By = "rules", Text = text.Value },
                "user" => new DemoTurn { By = "asker", Text = text.Value, Images = Images(message) },
                "assistant" => Assistant(message, text.Value, at, open),
                "tool" => Tool(message, text.Value, at, open),
                _ => OpenAIRequest.Invalid($"'{at}.role' must be system, developer, user, assistant or tool.", $"{at}.role"),
            };
            if (!turn.IsOk) return turn.Error;
            turns.Add(turn.Value);
        }

        return open.Count > 0 ? Unanswered(open, $"messages[{messages.Count - 1}]") : turns;
    }

    private static Outcome<DemoTurn> Assistant(ChatMessage message, string text, string at, Dictionary<string, string> open)
    {
        if (message.ToolCalls is not { Count: > 0 }) return new DemoTurn { By = "model", Text = text };
        var calls = new List<DemoCall>(message.ToolCalls.Count);
        for (var i = 0; i < message.ToolCalls.Count; i++)
        {
            if (message.ToolCalls[i] is not { Id.Length: > 0, Function: { Name.Length: > 0, Arguments: not null } function } call)
                return OpenAIRequest.Invalid($"'{at}.tool_calls[{i}]' must have 'id', 'function.name' and 'function.arguments'.", $"{at}.tool_calls[{i}]");
            if (!open.TryAdd(call.Id, function.Name))
                return OpenAIRequest.Invalid($"'{at}.tool_calls[{i}].id' is that of another call.", $"{at}.tool_calls[{i}].id");
            calls.Add(new DemoCall(call.Id, function.Name, function.Arguments));
        }

        return new DemoTurn { By = "model", Text = text, Calls = calls };
    }

    private static Outcome<DemoTurn> Tool(ChatMessage message, string text, string at, Dictionary<string, string> open) =>
        message.ToolCallId is { } id && open.Remove(id, out var tool)
            ? new DemoTurn { By = "tool", Text = text, Tool = tool }
            : OpenAIRequest.Invalid($"'{at}.tool_call_id' must be the id of a call in the assistant's message before it.", $"{at}.tool_call_id");

    private static GatewayError Unanswered(Dictionary<string, string> open, string at) =>
        OpenAIRequest.Invalid($"Every tool call needs a message with role 'tool' right after it; without one: {string.Join(", ", open.Keys.Take(5))}.", at);

    private static Outcome<string> Text(ChatMessage message, string at)
    {
        if (message.Content is null)
        {
            return message.Role == "assistant" && (message.ToolCalls is { Count: > 0 } || message.Refusal is not null)
                ? message.Refusal ?? ""
                : OpenAIRequest.Invalid($"'{at}.content' is missing.", $"{at}.content");
        }

        if (message.Content.Parts is not { } parts) return message.Content.Text ?? "";
        var texts = new List<string>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            if (message.Role == "user" && IsImage(parts[i])) continue;
            var text = parts[i]?.Type switch { "text" => parts[i]?.Text, "refusal" => parts[i]?.Refusal, _ => null };
            if (text is null) return NoText(parts[i], $"{at}.content[{i}]");
            texts.Add(text);
        }

        return string.Join('\n', texts);
    }

    /// <summary>Images are counted, not looked at.</summary>
    private static int? Images(ChatMessage message) => message.Content?.Parts?.Count(IsImage) is > 0 and var count ? count : null;

    private static bool IsImage(ChatContentPart? part) => part?.Type == "image_url" && JsonFields.Text(JsonFields.Object(part.Rest, "image_url"), "url") is { Length: > 0 };

    private static GatewayError NoText(ChatContentPart? part, string at) => part?.Type switch
    {
        null => OpenAIRequest.Invalid($"'{at}.type' is missing.", $"{at}.type"),
        "text" or "refusal" => OpenAIRequest.Invalid($"'{at}.{part.Type}' is missing.", $"{at}.{part.Type}"),
        _ => OpenAIRequest.Invalid($"The demo model reads text and counts images: it cannot take '{Bounded(part.Type)}' in '{at}'.", at),
    };

    private static string Bounded(string type) => type.Length <= 40 ? type : type[..40];
}
