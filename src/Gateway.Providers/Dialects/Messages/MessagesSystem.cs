using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>The system prompt, as one message of the system.</summary>
internal static class MessagesSystem
{
    /// <summary>The member of the request, which is a prompt itself; messages of that role have theirs as content.</summary>
    public const string Prompt = "system";

    /// <summary>
    /// Claude Code's first block says what it is itself, for Anthropic's records, with a number that changes with every request: sent on, it would keep every other provider's cache of the
    /// prompt from ever being used (anthropics/claude-code#68900).
    /// </summary>
    private const string Attribution = "x-anthropic-billing-header";

    /// <param name="at">Where the first of the blocks' messages stands, or the system prompt.</param>
    public static void Write(Utf8JsonWriter json, List<MessagesBlock> blocks, string at, MessagesAsk ask)
    {
        var parts = new List<MessagesPart>();
        foreach (var block in blocks)
        {
            if (!block.IsText && !(ClientFields.Text(block.Json, "type", block.At + ".", ask.Fit) is "text" && ClientFields.Member(block.Json, "text").ValueKind == JsonValueKind.String))
            {
                ask.Fit.Fail($"'{block.At}' must be a block of text.", block.At);
                continue;
            }

            var text = block.IsText ? block.Json : block.Json.GetProperty("text");
            if (text.ValueEquals(""u8)) continue;   // some refuse a message without a word
            if (!IsAttribution(text))
            {
                MessagesParts.Add(parts, block, ask);
                continue;
            }

            MessagesMembers.CheckBlock(block, "text", ask);
            AddRest(parts, text, block, ask);
        }

        if (parts.Count == 0) return;
        ask.Places.Note(json, at);
        json.WriteStartObject();
        json.WriteString("role"u8, "system"u8);
        MessagesParts.WriteContent(json, parts, ask, at, at == Prompt ? null : "content");
        json.WriteEndObject();
    }

    private static bool IsAttribution(JsonElement text) => text.GetString()!.StartsWith(Attribution + ":", StringComparison.Ordinal);

    /// <summary>What is behind the line, where the prompt is one text.</summary>
    private static void AddRest(List<MessagesPart> parts, JsonElement text, in MessagesBlock block, MessagesAsk ask)
    {
        ask.Fit.Drop(Attribution);
        var all = text.GetString()!;
        var end = all.IndexOf('\n', StringComparison.Ordinal);
        if (end >= 0 && end + 1 < all.Length) parts.Add(MessagesPart.OfText(all[(end + 1)..], block.At, block.IsText ? null : "text"));
    }
}
