using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>What the user says: the results of tools first, each a message of its own, then the rest as one message.</summary>
internal static class MessagesUserTurn
{
    public static void Write(Utf8JsonWriter json, List<MessagesBlock> blocks, string at, MessagesAsk ask)
    {
        var parts = new List<MessagesPart>();
        var results = 0;
        foreach (var block in blocks.Where(IsResult))
        {
            results++;
            WriteResult(json, block, parts, ask);
        }

        foreach (var block in blocks)
        {
            if (!IsResult(block)) MessagesParts.Add(parts, block, ask);
        }

        LeaveOutEmpty(parts, results > 0);
        if (results == 0 && blocks.Count == 0) ask.Fit.Fail($"'{at}.content' is empty.", $"{at}.content");
        if (parts.Count == 0) return;
        ask.Places.Note(json, MessagesParts.MessageOf(parts, at));
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        MessagesParts.WriteContent(json, parts, ask, at);
        json.WriteEndObject();
    }

    /// <summary>Clients send an empty text behind results; providers refuse a message that has nothing else. Where nothing else was said, it is theirs to refuse.</summary>
    private static void LeaveOutEmpty(List<MessagesPart> parts, bool hasResults)
    {
        if (!hasResults && parts.TrueForAll(static p => p.IsEmpty)) parts.RemoveRange(0, Math.Max(0, parts.Count - 1));
        else parts.RemoveAll(static p => p.IsEmpty);
    }

    private static bool IsResult(MessagesBlock block) =>
        !block.IsText && ClientFields.Member(block.Json, "type") is { ValueKind: JsonValueKind.String } type && type.ValueEquals("tool_result"u8);

    /// <param name="after">Takes the files of the result where a tool's message can only have text: they go to the user's message.</param>
    private static void WriteResult(Utf8JsonWriter json, in MessagesBlock block, List<MessagesPart> after, MessagesAsk ask)
    {
        var at = block.At + ".";
        MessagesMembers.CheckBlock(block, "tool_result", ask);
        if (ClientFields.Needed(block.Json, "tool_use_id", at, ask.Fit) is not { } id) return;
        var failed = ClientFields.Flag(block.Json, "is_error", at, ask.Fit) == true;
        var parts = Content(block, ask);
        ask.Places.Note(json, block.At);
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        ask.Places.Note(json, block.At, "tool_use_id");
        json.WriteString("tool_call_id"u8, id);
        var cache = ask.Cache(block.Json, block.At);
        if (ask.Extended)
        {
            MessagesParts.WriteContent(json, parts, ask, block.At);
            if (failed) json.WriteBoolean(ToolFailure.Member, true);
            ask.WriteCache(json, cache, block.At);
        }
        else
        {
            // The usual one, a text as it came, needs no string.
            if (!failed && parts.Count == 1 && parts[0].IsText) MessagesParts.WriteContent(json, parts, ask, block.At);
            else WriteText(json, Text(parts, failed), parts, block.At, ask);
            Carry(parts, id, block.At, after);
        }

        json.WriteEndObject();
    }

    private static List<MessagesPart> Content(in MessagesBlock block, MessagesAsk ask)
    {
        var parts = new List<MessagesPart>();
        var content = ClientFields.Member(block.Json, "content");
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(MessagesPart.OfText(content, block.At, "content"));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            var i = 0;
            foreach (var part in content.EnumerateArray())
            {
                var at = $"{block.At}.content[{i++}]";
                if (part.ValueKind == JsonValueKind.Object) MessagesParts.Add(parts, new(part, at), ask);
                else ClientFields.WrongType(at, JsonValueKind.Object, ask.Fit);
            }
        }
        else if (content.ValueKind != JsonValueKind.Undefined)
        {
            ask.Fit.Fail($"'{block.At}.content' must be a string or an array of blocks.", $"{block.At}.content");
        }

        return parts;
    }

    /// <summary>Chat has no place to say that a tool failed: the text begins with it, unless it says so itself.</summary>
    private static string Text(List<MessagesPart> parts, bool failed)
    {
        var text = string.Join('\n', parts.Where(static p => p.IsText).Select(static p => p.Words));
        if (text.Length == 0 && parts.Exists(static p => !p.IsText)) text = "The result is in the user's message.";
        return !failed ? text : text.Length == 0 ? "Error" : ToolFailure.Said(text);
    }

    private static void WriteText(Utf8JsonWriter json, string text, List<MessagesPart> parts, string at, MessagesAsk ask)
    {
        if (parts.Count > 0) ask.Places.Note(json, at, "content");
        json.WriteString("content"u8, text);
    }

    /// <param name="at">Where the result stands.</param>
    private static void Carry(List<MessagesPart> parts, string id, string at, List<MessagesPart> after)
    {
        if (parts.TrueForAll(static p => p.IsText)) return;
        after.Add(MessagesPart.OfText($"From the result of {id}:", at));
        after.AddRange(parts.Where(static p => !p.IsText));
    }
}
