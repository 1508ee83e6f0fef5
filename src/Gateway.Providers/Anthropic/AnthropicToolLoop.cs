using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>
/// Whether Claude can think on. With thinking enabled, wherever Claude is, the last turn of the assistant's that calls tools has to begin with a thought that was signed; one that another model made, or whose
/// <c>thinking_blocks</c> the client lost, is refused by its first block.
/// </summary>
internal static class AnthropicToolLoop
{
    /// <summary>The client's own switch for thinking, where Claude would refuse the request for it: it is left out, and named, as a thought that cannot be had is no reason to end a loop of tools.</summary>
    /// <param name="at">Where the member stands.</param>
    public static bool Refuses(string name, JsonElement value, string at, ChatRequest request, RequestFit fit)
    {
        if (name is not ("thinking" or "reasoning_config") || JsonFields.Text(value, "type") != "enabled" || !LacksThought(request.Messages)) return false;
        fit.Drop(at);
        return true;
    }

    /// <summary>Whether the last turn of the assistant's calls tools and does not begin with a signed thought.</summary>
    public static bool LacksThought(IReadOnlyList<ChatMessage?>? messages)
    {
        var (calls, opening) = (false, (ChatMessage?)null);
        for (var i = (messages?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (messages![i] is not { } message || message.Role is "system" or "developer") continue;   // no part of any turn
            if (message.Role != "assistant" && opening is not null) break;
            if (message.Role != "assistant" || RoleTurns.IsEmpty(message, ThoughtBlocks.Claude, fit: null)) continue;
            calls |= message.ToolCalls is { Count: > 0 };
            opening = message;
        }

        return calls && !ThoughtBlocks.Of(opening!, ThoughtBlocks.Claude, fit: null).Any();
    }
}
