using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Providers.Cohere;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>The content blocks of a whole answer.</summary>
internal static class MessagesReplyBlocks
{
    /// <returns>How many calls of tools there are.</returns>
    public static int Write(Utf8JsonWriter json, JsonElement chat, JsonElement message, MessagesNames names, in TranslationContext context)
    {
        WriteThoughts(json, message);
        WriteProviderBlocks(json, message, context.TargetModel);
        if (ClientFields.Member(message, ChatReasoningDetails.Member) is { ValueKind: JsonValueKind.Array } details && details.GetArrayLength() > 0)
            WriteMemory(json, MessagesMemory.OfMember(ChatReasoningDetails.MemberUtf8, Bytes(details), context.TargetModel));
        WriteText(json, chat, message);
        foreach (var image in MessagesCitations.Items(ClientFields.Member(message, MessagesImages.Member)))
        {
            foreach (var block in MessagesImages.Blocks(image, context.TargetModel)) json.WriteRawValue(block, skipInputValidation: true);
        }

        if (ClientFields.Member(message, MessagesMemory.ExtraContent) is { ValueKind: JsonValueKind.Object } extra)
            WriteMemory(json, MessagesMemory.OfMember("extra_content"u8, Bytes(extra), context.TargetModel));
        return WriteCalls(json, message, names, context);
    }

    private static void WriteThoughts(Utf8JsonWriter json, JsonElement message)
    {
        var blocks = ClientFields.Member(message, ThoughtBlocks.Member);
        if (blocks.ValueKind == JsonValueKind.Array && blocks.GetArrayLength() > 0)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                if (block.ValueKind == JsonValueKind.Object) block.WriteTo(json);
            }

            return;
        }

        if ((JsonFields.Text(message, "reasoning_content") ?? JsonFields.Text(message, "reasoning")) is not { Length: > 0 } thoughts) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteString("thinking"u8, thoughts);
        json.WriteString("signature"u8, ""u8);
        json.WriteEndObject();
    }

    /// <summary>Anthropic's own blocks have a type and are shown as they are; another provider's, in a block of ours.</summary>
    private static void WriteProviderBlocks(Utf8JsonWriter json, JsonElement message, string targetModel)
    {
        if (ClientFields.Member(message, ReplyJson.ProviderBlocks) is not { ValueKind: JsonValueKind.Array } blocks) return;
        foreach (var block in blocks.EnumerateArray())
        {
            if (JsonFields.Text(block, "type") is not null) block.WriteTo(json);
            else json.WriteRawValue(MessagesMemory.ShownBlock(Bytes(block), targetModel), skipInputValidation: true);
        }
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement chat, JsonElement message)
    {
        var text = Text(message);
        if (text.Length == 0) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        MessagesCitations.Write(json, message, ChatSearchedPages.Of(chat));
        json.WriteEndObject();
    }

    private static string Text(JsonElement message)
    {
        var content = ClientFields.Member(message, "content");
        var text = content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(static p => JsonFields.Text(p, "text"))),
            _ => "",
        } + JsonFields.Text(message, CohereTurns.ToolPlan);
        return text.Length > 0 ? text : JsonFields.Text(message, "refusal") ?? "";
    }

    private static int WriteCalls(Utf8JsonWriter json, JsonElement message, MessagesNames names, in TranslationContext context)
    {
        if (ClientFields.Member(message, "tool_calls") is not { ValueKind: JsonValueKind.Array } calls) return 0;
        var written = 0;
        foreach (var call in calls.EnumerateArray())
        {
            if (ClientFields.Member(call, "function") is not { ValueKind: JsonValueKind.Object } function) continue;
            var id = JsonFields.Text(call, "id") is { Length: > 0 } given ? given : MessagesIds.OfCall(context.RequestId, written);
            written++;
            if (ClientFields.Member(call, MessagesMemory.ExtraContent) is { ValueKind: JsonValueKind.Object } extra)
                WriteMemory(json, MessagesMemory.OfCall([.. "\""u8, .. JsonEncodedText.Encode(id).EncodedUtf8Bytes, .. "\""u8], Bytes(extra), context.TargetModel));
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, id);
            json.WriteString("name"u8, names.Original(JsonFields.Text(function, "name") ?? ""));
            json.WritePropertyName("input"u8);
            WriteInput(json, ClientFields.Member(function, "arguments"));
            json.WriteEndObject();
        }

        return written;
    }

    /// <summary>Arguments that are no JSON object, as a model wrote them, are kept the way Anthropic's documentation keeps them (fine-grained tool streaming).</summary>
    private static void WriteInput(Utf8JsonWriter json, JsonElement arguments)
    {
        var text = arguments.ValueKind switch { JsonValueKind.String => arguments.GetString()!, JsonValueKind.Undefined => "", _ => arguments.GetRawText() };
        if (string.IsNullOrWhiteSpace(text)) text = "{}";
        if (RequestJson.IsObject(text) && JsonText.IsText(Encoding.UTF8.GetBytes(text)))
        {
            json.WriteRawValue(text, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("INVALID_JSON"u8, text);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, string data)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "redacted_thinking"u8);
        json.WriteString("data"u8, data);
        json.WriteEndObject();
    }

    private static byte[] Bytes(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());
}
