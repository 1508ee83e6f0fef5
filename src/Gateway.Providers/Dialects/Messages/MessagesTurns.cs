using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>A block of a message's content, or the whole content where it is one text.</summary>
/// <param name="At">Where it stands in the client's request.</param>
internal readonly record struct MessagesBlock(JsonElement Json, string At)
{
    public bool IsText => Json.ValueKind == JsonValueKind.String;
}

/// <summary>
/// From <c>system</c> and <c>messages</c> to chat messages. Messages of one role in a row are one turn, as they are for Anthropic: a chat wants the results of parallel calls next to their calls.
/// </summary>
internal static class MessagesTurns
{
    public static void Write(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        json.WriteStartArray("messages"u8);
        WriteSystem(json, request, ask);
        var messages = ClientFields.Member(request, "messages", JsonValueKind.Array, "", ask.Fit);
        if (ClientFields.Member(request, "messages").ValueKind == JsonValueKind.Undefined) ask.Fit.Fail("messages: Field required", "messages");   // Anthropic's words
        else if (messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() == 0) ask.Fit.Fail("'messages' must have at least one message.", "messages");
        else if (messages.ValueKind == JsonValueKind.Array) WriteTurns(json, messages, ask);
        json.WriteEndArray();
    }

    private static void WriteSystem(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var system = ClientFields.Member(request, MessagesSystem.Prompt);
        if (system.ValueKind == JsonValueKind.Undefined) return;
        var blocks = new List<MessagesBlock>();
        AddBlocks(blocks, system, MessagesSystem.Prompt, ask);
        MessagesSystem.Write(json, blocks, MessagesSystem.Prompt, ask);
    }

    private static void WriteTurns(Utf8JsonWriter json, JsonElement messages, MessagesAsk ask)
    {
        var blocks = new List<MessagesBlock>();
        var (open, opened) = ("", "");
        var i = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var at = $"messages[{i++}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                ClientFields.WrongType(at, JsonValueKind.Object, ask.Fit);
                continue;
            }

            MessagesMembers.Message.Check(message, at, ask.Fit);
            var role = ClientFields.Text(message, "role", at + ".", ask.Fit);
            if (role is not ("user" or "assistant" or "system"))
            {
                ask.Fit.Fail($"'{at}.role' must be user or assistant.", $"{at}.role");
                continue;
            }

            if (role != open)
            {
                WriteTurn(json, open, opened, blocks, ask);
                blocks.Clear();
                (open, opened) = (role, at);
            }

            var content = ClientFields.Member(message, "content");
            if (content.ValueKind == JsonValueKind.Undefined) ask.Fit.Fail($"'{at}.content' is missing.", $"{at}.content");
            else AddBlocks(blocks, content, $"{at}.content", ask);
        }

        WriteTurn(json, open, opened, blocks, ask);
    }

    private static void WriteTurn(Utf8JsonWriter json, string role, string at, List<MessagesBlock> blocks, MessagesAsk ask)
    {
        switch (role)
        {
            case "system":
                MessagesSystem.Write(json, blocks, at, ask);
                return;
            case "user":
                MessagesUserTurn.Write(json, blocks, at, ask);
                return;
            case "assistant":
                MessagesAssistantTurn.Write(json, blocks, at, ask);
                return;
        }
    }

    private static void AddBlocks(List<MessagesBlock> blocks, JsonElement content, string at, MessagesAsk ask)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            blocks.Add(new(content, at));
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
            if (block.ValueKind == JsonValueKind.Object) blocks.Add(new(block, place));
            else ClientFields.WrongType(place, JsonValueKind.Object, ask.Fit);
        }
    }
}
