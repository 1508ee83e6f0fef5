using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>What the assistant said, thought and called between two of the others' items: one chat message.</summary>
internal sealed class ResponsesTurn(ResponsesAsk ask)
{
    private readonly List<JsonElement> _texts = [], _refusals = [], _thoughts = [], _thinking = [], _blocks = [], _details = [];
    private readonly List<(JsonElement Item, string At)> _images = [];
    private readonly List<(JsonElement Item, bool IsCustom, string At)> _calls = [];
    private readonly Dictionary<string, (JsonElement Extra, bool IsSameModel)> _ofCalls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private JsonElement? _extra;
    private (JsonElement Of, string At)? _marked;

    /// <summary>Where the first item stands, and the first that says, refuses or thinks something.</summary>
    private string? _at, _saidAt, _refusedAt;
    private (string At, string Member)? _thoughtAt;

    private readonly HashSet<string> _thoughtPlaces = new(StringComparer.Ordinal);

    private bool _isNewMessage;

    public bool IsEmpty => _texts.Count + _refusals.Count + _thoughts.Count + _thinking.Count + _blocks.Count + _images.Count + _calls.Count == 0 && _extra is null && _ofCalls.Count == 0;

    private bool TakesRefusals => ask.Target.Reach != ChatReach.Compatible && ask.Target.Messages == ChatMessages.OpenAI;

    public void Say(JsonElement item, string at)
    {
        _at ??= at;
        var content = ResponsesAsk.Find(item, "content");
        if (ResponsesAsk.HasCacheMark(item)) _marked = (item, at);
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            Add(text, at);
            return;
        }

        if (content is not { ValueKind: JsonValueKind.Array } parts)
        {
            ask.Fit.Fail($"'{at}.content' must be a string or a list of content.", $"{at}.content");
            return;
        }

        _isNewMessage = true;
        foreach (var (i, part) in parts.EnumerateArray().Index())
        {
            if (ResponsesAsk.HasCacheMark(part)) _marked = (part, $"{at}.content[{i}]");
            ResponsesMembers.OfPart(JsonFields.Text(part, "type"))?.Check(part, $"{at}.content[{i}]", ask.Fit);
            if (ResponsesParts.Text(part) is { } said) Add(said, at);
            else if (JsonFields.Text(part, "type") == "refusal" && ResponsesAsk.Find(part, "refusal") is { ValueKind: JsonValueKind.String } refusal) Refuse(refusal, at);
            else ask.Fit.Fail($"'{at}.content[{i}]' must be output_text or refusal.", $"{at}.content[{i}]");
        }
    }

    /// <summary>Thoughts of another service's models, encrypted, say nothing to this one.</summary>
    public void Think(JsonElement item, string at)
    {
        _at ??= at;
        Recall(JsonFields.Text(item, "encrypted_content"), at);
        foreach (var name in (ReadOnlySpan<string>)["summary", "content"])
        {
            if (ResponsesAsk.Find(item, name) is not { ValueKind: JsonValueKind.Array } parts) continue;
            foreach (var (i, part) in parts.EnumerateArray().Index())
            {
                ResponsesMembers.Thought.Check(part, $"{at}.{name}[{i}]", ask.Fit);
                if (ResponsesAsk.Find(part, "text") is not { ValueKind: JsonValueKind.String } text || text.ValueEquals(""u8)) continue;
                _thoughtAt ??= (at, name);
                _thoughts.Add(text);
                _thoughtPlaces.Add($"{ClientShapes.Of(at)}.{name}");
            }
        }
    }

    /// <returns>False where that is no memory of ours.</returns>
    public bool Recall(string? encrypted, string at)
    {
        if (!OpaqueMemory.TryDecode(encrypted, out var memory)) return false;
        _at ??= at;
        Remember(memory);
        return true;
    }

    public void Call(JsonElement item, bool isCustom, string at)
    {
        foreach (var name in (ReadOnlySpan<string>)["call_id", "name", isCustom ? "input" : "arguments"])
        {
            if (ResponsesAsk.Find(item, name) is not { ValueKind: JsonValueKind.String }) ask.Fit.Fail($"'{at}.{name}' must be a string.", $"{at}.{name}");
        }

        _at ??= at;
        _calls.Add((item, isCustom, at));
        ClientFields.CheckCallId(item, "call_id", at, _ids, ask.Fit);
    }

    /// <summary>An image that a model made. OpenAI's chat has no place for such.</summary>
    public void Show(JsonElement item, string at)
    {
        if (ask.Target.Reach == ChatReach.OpenAI) ask.Fit.Drop(at);
        else
        {
            _at ??= at;
            _images.Add((item, at));
        }
    }

    /// <returns>False where the assistant had only thought: that is no message.</returns>
    public bool Write(Utf8JsonWriter json)
    {
        NameUnsent();
        var says = _texts.Count + _refusals.Count + _calls.Count + _blocks.Count + _images.Count > 0;
        if (says && ask.Fit.Error is null)
        {
            ask.Places.Note(json, _at!);
            json.WriteStartObject();
            json.WriteString("role"u8, "assistant"u8);
            WriteWords(json);
            WriteThoughts(json);
            if (_images.Count > 0) WriteImages(json);
            if (_calls.Count > 0) WriteCalls(json);
            if (_marked is { } mark) ask.CacheMark(json, mark.Of, mark.At);
            json.WriteEndObject();
        }

        Clear();
        return says;
    }

    /// <summary>Thoughts that the provider is not told, unless what it wants back with the turn says them once more.</summary>
    private void NameUnsent()
    {
        if (ask.Target.TakesReasoning) return;
        var saysThemAgain = ask.Target.Reach switch
        {
            ChatReach.Translated => _thinking.Count > 0 || _extra is not null || _ofCalls.Count > 0,
            ChatReach.Compatible => _details.Count > 0 || _ofCalls.Values.Any(static c => c.IsSameModel),
            _ => false,
        };
        if (saysThemAgain) return;
        foreach (var place in _thoughtPlaces) ask.Fit.Drop(place);
    }

    private void Refuse(JsonElement refusal, string at)
    {
        _refusedAt ??= at;
        _refusals.Add(refusal);
    }

    private void Add(JsonElement text, string at)
    {
        _saidAt ??= at;
        if (_isNewMessage && _texts.Count > 0) _texts.Add(Paragraph);
        _isNewMessage = false;
        _texts.Add(text);
    }

    private void WriteWords(Utf8JsonWriter json)
    {
        var words = _texts;
        if (!TakesRefusals && _refusals.Count > 0) words = _texts.Count == 0 ? _refusals : [.. _texts, Paragraph, .. _refusals];   // few know `refusal`
        if (words.Count > 0) ask.Places.Note(json, (_saidAt ?? _refusedAt)!, "content");
        json.WritePropertyName("content"u8);
        if (words.Count > 0) json.WriteRawValue(ResponsesAsk.Joined(words, default), skipInputValidation: true);
        else json.WriteNullValue();
        if (_refusals.Count == 0 || !TakesRefusals) return;
        ask.Places.Note(json, _refusedAt!, "content");
        json.WritePropertyName("refusal"u8);
        json.WriteRawValue(ResponsesAsk.Joined(_refusals, default), skipInputValidation: true);
    }

    private void WriteThoughts(Utf8JsonWriter json)
    {
        if (ask.Target.TakesReasoning && _thoughts.Count > 0)
        {
            ask.Places.Note(json, _thoughtAt!.Value.At, _thoughtAt.Value.Member);
            json.WritePropertyName("reasoning_content"u8);
            json.WriteRawValue(ResponsesAsk.Joined(_thoughts, default), skipInputValidation: true);
        }

        if (ask.Target.Reach == ChatReach.Compatible) WriteList(json, ChatReasoningDetails.MemberUtf8, _details);
        if (ask.Target.Reach != ChatReach.Translated) return;
        WriteList(json, "thinking_blocks"u8, _thinking);
        WriteList(json, ReplyJson.ProviderBlocksUtf8, _blocks);
        if (_extra is { } extra) ResponsesAsk.Copy(json, ResponsesMemory.Extra, extra);
    }

    private void WriteImages(Utf8JsonWriter json)
    {
        json.WriteStartArray(ResponsesImages.Images);
        foreach (var (image, at) in _images)
        {
            ask.Places.Note(json, at);
            ResponsesImages.Write(json, image, OfCall(JsonFields.Text(image, "id")));
        }

        json.WriteEndArray();
    }

    /// <summary>The first call of that id has it, and no other: a conversation that repeats a call would have it sent over and over.</summary>
    private JsonElement OfCall(string? id) => id is not null && _ofCalls.Remove(id, out var memory) && IsWanted(memory.IsSameModel) ? memory.Extra : default;

    private void WriteCalls(Utf8JsonWriter json)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var (item, isCustom, at) in _calls)
        {
            var id = item.GetProperty("call_id");
            ask.Places.Note(json, at);
            json.WriteStartObject();
            ask.Places.Note(json, at, "call_id");
            ResponsesAsk.CopyText(json, "id"u8, id);
            json.WriteString("type"u8, "function"u8);
            if (OfCall(id.GetString()) is { ValueKind: JsonValueKind.Object } extra) ResponsesAsk.Copy(json, ResponsesMemory.Extra, extra);
            json.WriteStartObject("function"u8);
            ask.Places.Note(json, at, "name");
            ResponsesAsk.CopyText(json, "name"u8, item.GetProperty("name"));
            ask.Places.Note(json, at, isCustom ? "input" : "arguments");
            if (isCustom) json.WriteString("arguments"u8, ResponsesMemory.Arguments(item.GetProperty("input")));
            else ResponsesAsk.CopyText(json, "arguments"u8, item.GetProperty("arguments"));
            json.WriteEndObject();
            ask.CacheMark(json, item, at);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// Translators take what is theirs. A server that speaks OpenAI's format gets back only what the same model gave: Google's has signatures there, others refuse what they do not know.
    /// </summary>
    private bool IsWanted(bool isSameModel) => ask.Target.Reach == ChatReach.Translated || (ask.Target.Reach == ChatReach.Compatible && isSameModel);

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<JsonElement> items)
    {
        if (items.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var item in items) item.WriteTo(json);
        json.WriteEndArray();
    }

    private void Remember(JsonElement memory)
    {
        if (ResponsesAsk.Find(memory, ResponsesMemory.Thinking) is { ValueKind: JsonValueKind.Array } thinking) _thinking.AddRange(thinking.EnumerateArray());
        var isSameModel = JsonFields.Text(memory, ResponsesMemory.Model) == ask.TargetModel;
        if (isSameModel && ResponsesAsk.Find(memory, ChatReasoningDetails.Member) is { ValueKind: JsonValueKind.Array } details) _details.AddRange(details.EnumerateArray());
        if (ResponsesAsk.Find(memory, ReplyJson.ProviderBlocks) is { ValueKind: JsonValueKind.Array } blocks) _blocks.AddRange(blocks.EnumerateArray());
        if (ResponsesAsk.Find(memory, ResponsesMemory.Extra) is not { ValueKind: JsonValueKind.Object } extra) return;
        if (JsonFields.Text(memory, ResponsesMemory.Call) is { } id) _ofCalls[id] = (extra, isSameModel);
        else _extra = extra;
    }

    private void Clear()
    {
        foreach (var list in (ReadOnlySpan<List<JsonElement>>)[_texts, _refusals, _thoughts, _thinking, _blocks, _details]) list.Clear();
        _images.Clear();
        _calls.Clear();
        _ids.Clear();
        _thoughtPlaces.Clear();
        _ofCalls.Clear();
        _extra = null;
        _marked = null;
        (_at, _saidAt, _refusedAt, _thoughtAt) = (null, null, null, null);
        _isNewMessage = false;
    }

    /// <summary>Between two messages in a row.</summary>
    private static readonly JsonElement Paragraph = JsonDocument.Parse("\"\\n\\n\"").RootElement.Clone();
}
