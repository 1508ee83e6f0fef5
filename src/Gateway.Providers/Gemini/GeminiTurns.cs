using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// From messages to turns. System messages go first, into a field of their own, whatever stood between them. Results of tools are the user's, and all that the user says without the model
/// saying anything is one turn: the results of parallel calls belong together, in the order of the calls, for that is how Gemini finds which is whose.
/// </summary>
internal sealed class GeminiTurns(Utf8JsonWriter json, GeminiAsk ask, RequestFit fit)
{
    private readonly GeminiCalls _calls = new(json, ask.Model, fit);
    private string? _open, _openAt;
    private long _openedAt;

    public void Write()
    {
        if (ask.Request.Messages is not { Count: > 0 } messages)
        {
            fit.Fail("'messages' must have at least one message.", "messages");
            return;
        }

        WriteSystem(messages);
        json.WriteStartArray("contents"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i]?.Role == "tool") i = WriteResults(messages, i) - 1;
            else WriteMessage(messages[i], $"messages[{i}]");
        }

        if (_open is not null) Close();
        else fit.Fail("'messages' must have a message that is no system message.", "messages");
        json.WriteEndArray();
    }

    private void WriteMessage(ChatMessage? message, string at)
    {
        switch (message?.Role)
        {
            case "system" or "developer":
                return;
            case "user":
                Open("user", at);
                GeminiParts.WriteContent(json, message, at, fit);
                return;
            case "assistant":
                WriteAssistant(message, at);
                return;
            default:
                if (message is null) fit.Fail($"'{at}' must be an object.", at);
                else fit.Fail($"'{at}.role' must be system, developer, user, assistant or tool.", $"{at}.role");
                return;
        }
    }

    private void WriteAssistant(ChatMessage message, string at)
    {
        var signature = GeminiExtra.Signature(message.Rest);
        var blocks = Array(message, ReplyJson.ProviderBlocks).Where(IsOwn).ToList();
        var images = Array(message, GeminiReply.Images).ToList();
        if (ChatTurns.SaysNothing(message) && signature is null && blocks.Count == 0 && images.Count == 0) return;
        Open("model", at);
        foreach (var block in blocks) block.WriteTo(json);
        GeminiParts.WriteContent(json, message, at, fit, signature);
        for (var i = 0; i < images.Count; i++) WriteImage(images[i], $"{at}.{GeminiReply.Images}[{i}]");
        for (var i = 0; i < (message.ToolCalls?.Count ?? 0); i++) _calls.Write(message.ToolCalls![i], isFirst: i == 0, $"{at}.tool_calls[{i}]");
    }

    private void WriteImage(JsonElement image, string at)
    {
        if (image.ValueKind == JsonValueKind.Object && image.TryGetProperty("image_url", out var value) && value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String) GeminiMedia.WriteUrl(json, url.GetString()!, null, at, fit, GeminiExtra.Signature(image));
        else fit.Fail($"'{at}.image_url.url' is missing.", at);
    }

    /// <returns>The index after the last of the results in a row.</returns>
    private int WriteResults(IReadOnlyList<ChatMessage?> messages, int first)
    {
        var end = first;
        while (end < messages.Count && messages[end]?.Role == "tool") end++;
        Open("user", $"messages[{first}]");
        foreach (var i in Enumerable.Range(first, end - first).OrderBy(i => _calls.Place(messages[i]!.ToolCallId))) _calls.WriteResult(messages[i]!, $"messages[{i}]");
        return end;
    }

    private void WriteSystem(IReadOnlyList<ChatMessage?> messages)
    {
        if (!messages.Any(static m => m?.Role is "system" or "developer" && !ChatTurns.IsBlank(m))) return;
        json.WriteStartObject("systemInstruction"u8);
        json.WriteStartArray("parts"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { Role: "system" or "developer" } message) GeminiParts.WriteContent(json, message, $"messages[{i}]", fit);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private long Written => json.BytesCommitted + json.BytesPending;

    private void Open(string role, string at)
    {
        if (_open == role) return;
        if (_open is not null) Close();
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteStartArray("parts"u8);
        (_open, _openAt, _openedAt) = (role, at, Written);
    }

    /// <summary>Texts that are empty are not written: Gemini refuses a turn without any part.</summary>
    private void Close()
    {
        if (Written == _openedAt) fit.Fail($"'{_openAt}.content' is empty.", $"{_openAt}.content");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static JsonElement.ArrayEnumerator Array(ChatMessage message, string member) =>
        message.Rest is { } rest && rest.TryGetValue(member, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    /// <summary>Code that it ran itself, say. Other providers' blocks have a type.</summary>
    private static bool IsOwn(JsonElement block) => block.ValueKind == JsonValueKind.Object && !block.TryGetProperty("type", out _);
}
