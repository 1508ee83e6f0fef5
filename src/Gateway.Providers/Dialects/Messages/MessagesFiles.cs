using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Images, documents and results of searches.</summary>
internal static class MessagesFiles
{
    public static void AddImage(List<MessagesPart> parts, JsonElement json, string at, MessagesAsk ask)
    {
        var source = Source(json, at, out var type, ask);
        switch (type)
        {
            case null:
                return;
            case "base64" when DataUrl(source, at, ask) is { } data:
                parts.Add(MessagesPart.OfImage(data, at) with { Cache = ask.Cache(json, at) });
                return;
            case "url" when ClientFields.Needed(source, "url", $"{at}.source.", ask.Fit) is { } url:
                parts.Add(MessagesPart.OfImage(url, at) with { Cache = ask.Cache(json, at) });
                return;
            case "base64" or "url":
                return;   // refused already
            default:
                if (ask.Extended) parts.Add(MessagesPart.OfOwn(json, at));
                else ask.Fit.Unserved($"{at}.source");
                return;
        }
    }

    public static void AddDocument(List<MessagesPart> parts, JsonElement json, string at, MessagesAsk ask)
    {
        var source = Source(json, at, out var type, ask);
        if (type is null) return;
        RefuseCitations(json, at, ask);
        var title = ClientFields.Text(json, "title", at + ".", ask.Fit);
        if (ClientFields.Text(json, "context", at + ".", ask.Fit) is { Length: > 0 } context) parts.Add(MessagesPart.OfText(context, at, "context"));
        var inside = $"{at}.source.";
        switch (type)
        {
            case "base64":
                if (DataUrl(source, at, ask) is { } data) parts.Add(MessagesPart.OfFile(MessagesPartKind.FileData, data, title, at) with { Cache = ask.Cache(json, at), IsDocumentUrl = ask.HasDocumentUrls });
                return;
            case "text":
                AddTitle(parts, title, at);
                if (ClientFields.Needed(source, "data", inside, ask.Fit) is { } text) parts.Add(MessagesPart.OfText(text, at, "source") with { Cache = ask.Cache(json, at) });
                return;
            case "content":
                AddTitle(parts, title, at);
                AddContent(parts, source, inside + "content", ask);
                return;
            case "url" when ask.Extended || ask.HasDocumentUrls:
                if (ClientFields.Needed(source, "url", inside, ask.Fit) is { } url) parts.Add(MessagesPart.OfFile(MessagesPartKind.FileUrl, url, title, at) with { Cache = ask.Cache(json, at), IsDocumentUrl = ask.HasDocumentUrls });
                return;
            case "file" when ask.Extended:
                if (ClientFields.Needed(source, "file_id", inside, ask.Fit) is { } id) parts.Add(MessagesPart.OfFile(MessagesPartKind.FileId, id, title, at) with { Cache = ask.Cache(json, at) });
                return;
            default:
                ask.Fit.Unserved($"{at}.source");
                return;
        }
    }

    public static void AddSearchResult(List<MessagesPart> parts, JsonElement json, string at, MessagesAsk ask)
    {
        RefuseCitations(json, at, ask);
        var (title, source) = (ClientFields.Text(json, "title", at + ".", ask.Fit), ClientFields.Text(json, "source", at + ".", ask.Fit));
        parts.Add(MessagesPart.OfText($"{title} ({source})", at));
        AddContent(parts, json, at + ".content", ask);
    }

    /// <summary>Citations are a part of the answer that no chat model makes.</summary>
    private static void RefuseCitations(JsonElement json, string at, MessagesAsk ask)
    {
        var citations = ClientFields.Member(json, "citations", JsonValueKind.Object, at + ".", ask.Fit);
        MessagesMembers.Citations.Check(citations, $"{at}.citations", ask.Fit);
        if (ClientFields.Flag(citations, "enabled", $"{at}.citations.", ask.Fit) == true) ask.Fit.Unserved($"{at}.citations");
    }

    private static void AddTitle(List<MessagesPart> parts, string? title, string at)
    {
        if (!string.IsNullOrEmpty(title)) parts.Add(MessagesPart.OfText($"Document: {title}", at, "title"));
    }

    /// <param name="of">Its member <c>content</c> is a text or a list of blocks.</param>
    private static void AddContent(List<MessagesPart> parts, JsonElement of, string at, MessagesAsk ask)
    {
        var content = ClientFields.Member(of, "content");
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(MessagesPart.OfText(content, at));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            ask.Fit.Fail($"'{at}' must be a string or an array of blocks.", at);
            return;
        }

        var i = 0;
        foreach (var block in content.EnumerateArray())
        {
            var place = $"{at}[{i++}]";
            if (block.ValueKind == JsonValueKind.Object) MessagesParts.Add(parts, new(block, place), ask);
            else ClientFields.WrongType(place, JsonValueKind.Object, ask.Fit);
        }
    }

    private static JsonElement Source(JsonElement json, string at, out string? type, MessagesAsk ask)
    {
        var source = ClientFields.Member(json, "source", JsonValueKind.Object, at + ".", ask.Fit);
        if (source.ValueKind == JsonValueKind.Undefined) ask.Fit.Fail($"'{at}.source' is missing.", $"{at}.source");
        type = source.ValueKind == JsonValueKind.Undefined ? null : ClientFields.Needed(source, "type", $"{at}.source.", ask.Fit);
        MessagesMembers.OfSource(type)?.Check(source, $"{at}.source", ask.Fit);
        return source;
    }

    private static string? DataUrl(JsonElement source, string at, MessagesAsk ask)
    {
        var (type, data) = (ClientFields.Needed(source, "media_type", $"{at}.source.", ask.Fit), ClientFields.Needed(source, "data", $"{at}.source.", ask.Fit));
        return type is null || data is null ? null : $"data:{type};base64,{data}";
    }
}
