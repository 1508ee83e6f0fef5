using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From content blocks to parts of a chat message.</summary>
internal static class MessagesParts
{
    /// <summary>Adds what the block becomes: nothing where it cannot be sent.</summary>
    public static void Add(List<MessagesPart> parts, in MessagesBlock block, MessagesAsk ask)
    {
        if (block.IsText)
        {
            parts.Add(MessagesPart.OfText(block.Json, block.At));
            return;
        }

        var (json, at) = block;
        var kind = ClientFields.Needed(json, "type", at + ".", ask.Fit);
        MessagesMembers.CheckBlock(block, kind, ask);
        switch (kind)
        {
            case null:
                return;
            case "text":
                var text = ClientFields.Member(json, "text", JsonValueKind.String, at + ".", ask.Fit);
                if (text.ValueKind != JsonValueKind.String) ask.Fit.Fail($"'{at}.text' is missing.", $"{at}.text");
                else parts.Add(MessagesPart.OfText(text, at, "text") with { Cache = ask.Cache(json, at) });
                return;
            case "image":
                MessagesFiles.AddImage(parts, json, at, ask);
                return;
            case "document":
                MessagesFiles.AddDocument(parts, json, at, ask);
                return;
            case "search_result":
                MessagesFiles.AddSearchResult(parts, json, at, ask);
                return;
            case "tool_reference":
                // A tool that was searched for. Chat has no search: the model sees all of them from the beginning.
                parts.Add(MessagesPart.OfText($"Tool: {ClientFields.Text(json, "tool_name", at + ".", ask.Fit)}", at));
                return;
            case var own when own is "tool_use" or "tool_result" or "thinking" or "redacted_thinking":
                ask.Fit.Fail($"'{at}' must not be of type {own} here.", at);
                return;
            case var type:
                if (ask.Extended) parts.Add(MessagesPart.OfOwn(json, at));
                else ask.Fit.Unserved(at, $"It has nothing like {type}. Leave the block out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }
    }

    /// <summary>Where the message stands that the first part is of: of those in a row, not every one has something for each message of the chat.</summary>
    /// <param name="at">The first of them, or what else the parts are of.</param>
    public static string MessageOf(List<MessagesPart> parts, string at)
    {
        var place = parts[0].At;
        if (place == at || (place.StartsWith(at, StringComparison.Ordinal) && place[at.Length] == '.')) return at;
        return place[..(place.IndexOf(']', StringComparison.Ordinal) + 1)];
    }

    /// <summary>The member <c>content</c>: one text where that says it all, else parts.</summary>
    /// <param name="at">Where the first message of the turn stands, or what else the content is of.</param>
    /// <param name="member">The content there; null: that itself.</param>
    /// <param name="separator">Between texts, where they are sent as one.</param>
    public static void WriteContent(Utf8JsonWriter json, List<MessagesPart> parts, MessagesAsk ask, string at, string? member = "content", string separator = "\n")
    {
        if (parts.Count == 1) ask.Places.Note(json, parts[0].At, parts[0].Member);
        else if (parts.Count > 1) ask.Places.Note(json, member is null ? at : MessageOf(parts, at), member);
        json.WritePropertyName("content"u8);
        if (parts.Count == 0)
        {
            json.WriteStringValue(""u8);
        }
        else if (parts.Count == 1 && parts[0].IsText && parts[0].Cache.ValueKind == JsonValueKind.Undefined)
        {
            parts[0].WriteText(json);
        }
        else if (ask.JoinsTexts && parts.TrueForAll(static p => p.IsText))
        {
            json.WriteStringValue(string.Join(separator, parts.Select(static p => p.Words)));
        }
        else
        {
            json.WriteStartArray();
            foreach (var part in parts) part.Write(json, ask);
            json.WriteEndArray();
        }
    }
}
