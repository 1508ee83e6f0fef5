using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// Whether a conversation can go on with thoughts. With <c>thinking: enabled</c> Anthropic refuses a last turn of the assistant's that calls tools and does not begin with a thought; with
/// <c>adaptive</c> it takes one.
/// </summary>
internal static class MessagesThoughts
{
    public const string Edits = "edits";

    /// <param name="isForeign">Blocks that are taken out.</param>
    public static bool AreMissing(JsonElement request, Func<JsonElement, bool> isForeign)
    {
        if (JsonFields.Text(ClientFields.Member(request, "thinking"), "type") != "enabled") return false;
        var (calls, thinks, isOpen) = (false, false, false);
        foreach (var message in ClientFields.Member(request, "messages").EnumerateArray())
        {
            if (JsonFields.Text(message, "role") != "assistant")
            {
                isOpen = false;
                continue;
            }

            var content = ClientFields.Member(message, "content");
            var types = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().Where(b => !isForeign(b)).Select(static b => JsonFields.Text(b, "type")) : ["text"];
            foreach (var type in types)
            {
                if (!isOpen) (calls, thinks, isOpen) = (false, type is "thinking" or "redacted_thinking", true);
                calls |= type == "tool_use";
            }
        }

        return calls && !thinks;
    }

    /// <summary>The member of a block that has the thought.</summary>
    public static string Words(JsonElement block) => JsonFields.Text(block, "type") == "redacted_thinking" ? "data" : "thinking";

    /// <summary>Whether this is <c>context_management</c>, and says what becomes of thoughts.</summary>
    public static bool AreCleared(JsonProperty member) =>
        member.Name == "context_management" && ClientFields.Member(member.Value, Edits) is { ValueKind: JsonValueKind.Array } edits && edits.EnumerateArray().Any(Clears);

    public static bool Clears(JsonElement edit) => JsonFields.Text(edit, "type")?.StartsWith("clear_thinking", StringComparison.Ordinal) == true;
}
