using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>
/// From messages to turns of the user's and the assistant's, in Anthropic's form and Bedrock's. System messages go first, into a field of their own, whatever stood between them. Results of tools are the
/// user's, and all that the user says without the assistant saying anything is one turn: the results of parallel calls belong together, and Bedrock refuses two turns of the same role.
/// </summary>
/// <param name="family">Of the model (<see cref="ThoughtBlocks"/>).</param>
internal sealed class RoleTurns(Utf8JsonWriter json, string family, RequestFit fit)
{
    /// <summary>Writes the content of a message; the text is its place in the request.</summary>
    public required Action<ChatMessage, string> System { get; init; }

    /// <inheritdoc cref="System"/>
    public required Action<ChatMessage, string> Message { get; init; }

    private string? _openAt;
    private long _openedAt;

    /// <summary>Whether an assistant's message has neither words nor calls, nor thoughts for this family.</summary>
    /// <param name="family">Thoughts of others say nothing to it.</param>
    /// <param name="fit">Null: such thoughts are not named.</param>
    public static bool IsEmpty(ChatMessage message, string family, RequestFit? fit) => ChatTurns.SaysNothing(message) && !ThoughtBlocks.Of(message, family, fit).Any();

    public void Write(IReadOnlyList<ChatMessage?>? messages)
    {
        if (messages is not { Count: > 0 })
        {
            fit.Fail("'messages' must have at least one message.", "messages");
            return;
        }

        WriteSystem(messages);
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
            if (string.IsNullOrEmpty(role) || (role == "assistant" && IsEmpty(message, family, fit))) continue;
            if (role != open)
            {
                if (open is not null) Close();
                Open(role, at);
                open = role;
            }

            Message(message, at);
        }

        if (open is not null) Close();
        else fit.Fail("'messages' must have a message that is no system message.", "messages");
        json.WriteEndArray();
    }

    private void WriteSystem(IReadOnlyList<ChatMessage?> messages)
    {
        if (!messages.Any(static m => m?.Role is "system" or "developer" && !ChatTurns.IsBlank(m))) return;
        json.WriteStartArray("system"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { Role: "system" or "developer" } message) System(message, $"messages[{i}]");
        }

        json.WriteEndArray();
    }

    /// <param name="at">Where the turn's first message stands.</param>
    private void Open(string role, string at)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray("content"u8);
        (_openAt, _openedAt) = (at, Written);
    }

    private long Written => json.BytesCommitted + json.BytesPending;

    /// <summary>Texts that are empty are not written: a turn without any other would be one that providers refuse.</summary>
    private void Close()
    {
        if (Written == _openedAt) fit.Fail($"'{_openAt}.content' is empty.", $"{_openAt}.content");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
