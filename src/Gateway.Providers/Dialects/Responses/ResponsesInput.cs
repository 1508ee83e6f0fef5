using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// From <c>instructions</c> and <c>input</c> to messages. Items of the assistant that follow each other (thoughts, words, calls) are one message; results of tools are messages in their order.
/// </summary>
internal sealed class ResponsesInput(Utf8JsonWriter json, ResponsesAsk ask)
{
    private const string Instructions = "instructions";

    private readonly ResponsesTurn _turn = new(ask);
    private readonly ResponsesParts _parts = new(json, ask);
    private readonly List<JsonElement> _system = [];
    private (string Message, string Content) _systemAt;
    private readonly List<(string CallId, JsonElement Part, string At, string ItemAt)> _shown = [];
    private int _messages;

    public void Write()
    {
        json.WriteStartArray("messages"u8);
        if (ask.Find(ask.Root, Instructions, Instructions, JsonValueKind.String, "must be a string") is { } instructions && !instructions.ValueEquals(""u8)) System(instructions, "system", default, Instructions, Instructions);
        var input = ask.Find("input");
        if (input is { ValueKind: JsonValueKind.String } none && none.ValueEquals(""u8)) ask.Fit.Fail("'input' is empty.", "input");
        else if (input is { ValueKind: JsonValueKind.String } text) Message("user", text, "input", default, "input");
        else if (input is not { ValueKind: JsonValueKind.Array } items) ask.Fit.Fail("'input' must be a string or a list of items.", "input");
        else foreach (var (i, item) in items.EnumerateArray().Index()) Item(item, $"input[{i}]");   // an index into the list would walk it from its beginning

        EndTurn();
        EndResults();
        EndSystem();
        json.WriteEndArray();
        if (_messages == 0) ask.Fit.Fail("'input' must have at least one item with something to say.", "input");
    }

    private void Item(JsonElement item, string at)
    {
        var type = JsonFields.Text(item, "type") ?? (ResponsesAsk.Find(item, "role") is not null ? "message" : ResponsesAsk.Find(item, "id") is not null ? "item_reference" : null);
        if (type is not ("function_call_output" or "custom_tool_call_output")) EndResults();
        ResponsesMembers.OfItem(type)?.Check(item, at, ask.Fit);
        switch (type)
        {
            case "message":
                Message(item, at);
                return;
            case "reasoning":
                _turn.Think(item, at);
                return;
            case "function_call" or "custom_tool_call":
                _turn.Call(item, isCustom: type == "custom_tool_call", at);
                return;
            case ResponsesImages.Call when ResponsesImages.HasResult(item):
                _turn.Show(item, at);
                return;
            case "function_call_output" or "custom_tool_call_output":
                Result(item, at);
                return;
            case "item_reference" when JsonFields.Text(item, "id")?.StartsWith("rs_", StringComparison.Ordinal) == true:
                if (!_turn.Recall(ResponsesItem.MemoryOf(JsonFields.Text(item, "id")), at)) ask.Fit.Drop(at);   // thoughts: the conversation is whole without
                return;
            case "item_reference":
                ask.Fit.Fail($"'{at}' refers to {ResponsesItem.Shown(JsonFields.Text(item, "id"))}, and items are not stored here: send the item itself. Clients do so with store: false (Vercel's AI SDK: providerOptions.openai.store).", at);
                return;
            case null:
                ask.Fit.Fail($"'{at}.type' is missing.", $"{at}.type");
                return;
            default:
                ask.Fit.Unserved(at, $"It is an item of type '{type}', of a tool that only OpenAI's own models have: leave it out, or set drop_params: true for this model to have the gateway do so.");
                return;
        }
    }

    private void Message(JsonElement item, string at)
    {
        var content = ResponsesAsk.Find(item, "content");
        switch (JsonFields.Text(item, "role"))
        {
            case "assistant":
                _turn.Say(item, at);
                return;
            case "user" when content is { } said:
                Message("user", said, $"{at}.content", item, at);
                return;
            case "system" or "developer" when content is { } said:
                System(said, ask.Target.Messages == ChatMessages.Mistral ? "system" : JsonFields.Text(item, "role")!, item, $"{at}.content", at);
                return;
            case "user" or "system" or "developer":
                ask.Fit.Fail($"'{at}.content' is missing.", $"{at}.content");
                return;
            default:
                ask.Fit.Fail($"'{at}.role' must be user, assistant, system or developer.", $"{at}.role");
                return;
        }
    }

    /// <param name="at">Where the content stands.</param>
    /// <param name="itemAt">Where the item stands, or the text that is content itself.</param>
    private void Message(string role, JsonElement content, string at, JsonElement item, string itemAt)
    {
        EndTurn();
        EndSystem();
        Open(role, itemAt);
        _parts.WriteContent(content, at);
        Close(item, itemAt);
    }

    /// <summary>Many models behind compatible APIs take one system message, at the beginning, and know no developer.</summary>
    private void System(JsonElement content, string role, JsonElement item, string at, string itemAt)
    {
        if (ask.Target.Reach != ChatReach.Compatible)
        {
            Message(role, content, at, item, itemAt);
            return;
        }

        EndTurn();
        if (_system.Count == 0) _systemAt = (itemAt, at);
        ask.CacheMark(json, item, itemAt);   // names it: nothing has a mark there
        if (content.ValueKind == JsonValueKind.String) _system.Add(content);
        else _parts.TextsOf(content, at, _system);
        if (_messages > 0) EndSystem();
    }

    private void EndSystem()
    {
        if (_system.Count == 0) return;
        Open("system", _systemAt.Message);
        ask.Places.Note(json, _systemAt.Content);
        json.WritePropertyName("content"u8);
        json.WriteRawValue(ResponsesAsk.Joined(_system, "\\n\\n"u8), skipInputValidation: true);
        Close(default, "");
        _system.Clear();
    }

    private void EndTurn()
    {
        if (_turn.IsEmpty) return;
        EndSystem();
        if (_turn.Write(json)) _messages++;
    }

    private void Result(JsonElement item, string at)
    {
        EndTurn();
        EndSystem();
        if (ask.Find(item, "call_id", $"{at}.call_id", JsonValueKind.String, "must be a string") is not { } id)
        {
            ask.Fit.Fail($"'{at}.call_id' is missing.", $"{at}.call_id");
        }
        else if (ResponsesAsk.Find(item, "output") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array } output)
        {
            ask.Fit.Fail($"'{at}.output' must be a string or a list of content.", $"{at}.output");
        }
        else
        {
            Open("tool", at);
            ask.Places.Note(json, at, "call_id");
            ResponsesAsk.CopyText(json, "tool_call_id"u8, id);
            if (output.ValueKind == JsonValueKind.String || ask.Target.Reach == ChatReach.Translated) _parts.WriteContent(output, $"{at}.output");
            else TextOfResult(output, id.GetString()!, $"{at}.output", at);
            Close(item, at);
        }
    }

    /// <summary>Tools answer in text only there: what they show follows in a message of the user's, after the results that belong together.</summary>
    private void TextOfResult(JsonElement output, string callId, string at, string itemAt)
    {
        var texts = new List<JsonElement>();
        foreach (var (i, part) in output.EnumerateArray().Index())
        {
            if (_parts.CheckedText(part, $"{at}[{i}]") is { } text) texts.Add(text);
            else _shown.Add((callId, part, $"{at}[{i}]", itemAt));
        }

        ask.Places.Note(json, at);
        json.WritePropertyName("content"u8);
        if (texts.Count > 0) json.WriteRawValue(ResponsesAsk.Joined(texts, "\\n"u8), skipInputValidation: true);
        else json.WriteStringValue(output.GetArrayLength() > 0 ? "The output is in the next message of the user."u8 : ""u8);
    }

    private void EndResults()
    {
        if (_shown.Count == 0) return;
        Open("user", _shown[0].ItemAt);
        json.WriteStartArray("content"u8);
        string? last = null;
        foreach (var (callId, part, at, itemAt) in _shown)
        {
            if (callId != last) _parts.WriteText(itemAt, $"Output of the tool call {callId}:");
            last = callId;
            _parts.Write(part, at);
        }

        json.WriteEndArray();
        Close(default, "");
        _shown.Clear();
    }

    private void Open(string role, string at)
    {
        ask.Places.Note(json, at);
        json.WriteStartObject();
        json.WriteString("role"u8, role);
    }

    private void Close(JsonElement item, string at)
    {
        ask.CacheMark(json, item, at);
        json.WriteEndObject();
        _messages++;
    }
}
