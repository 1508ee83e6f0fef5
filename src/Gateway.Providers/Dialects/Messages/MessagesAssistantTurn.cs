using System.Text;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>What the assistant said in earlier turns: thoughts, text and calls, and what the provider behind wants back with them.</summary>
internal sealed class MessagesAssistantTurn(MessagesAsk ask)
{
    private readonly List<MessagesPart> _text = [];
    private readonly List<MessagesBlock> _calls = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<MessagesBlock> _thoughts = [];
    private readonly List<(MessagesPart Image, JsonElement Extra)> _images = [];
    private readonly StringBuilder _reasoning = new();
    private string? _reasoningAt;
    private readonly List<MessagesBlock> _unsent = [];
    private readonly MessagesMemory _memory = new(ask.TargetModel);

    /// <param name="at">Where the first of the blocks' messages stands.</param>
    public static void Write(Utf8JsonWriter json, List<MessagesBlock> blocks, string at, MessagesAsk ask)
    {
        var turn = new MessagesAssistantTurn(ask);
        foreach (var block in blocks) turn.Add(block);
        turn.Write(json, at, hadText: blocks.Exists(static b => b.IsText));
    }

    private void Add(in MessagesBlock block)
    {
        var type = block.IsText ? "" : ClientFields.Text(block.Json, "type", block.At + ".", ask.Fit);
        if (type is "tool_use" or "thinking" or "redacted_thinking") MessagesMembers.CheckBlock(block, type, ask);
        switch (type)
        {
            case "tool_use":
                _calls.Add(block);
                ClientFields.CheckCallId(block.Json, "id", block.At, _ids, ask.Fit);
                return;
            case "thinking":
                AddThought(block);
                return;
            case "redacted_thinking":
                var data = ClientFields.Text(block.Json, "data", block.At + ".", ask.Fit);
                if (data is null || (data.StartsWith(OpaqueMemory.Prefix, StringComparison.Ordinal) && !data.StartsWith(ThoughtBlocks.Prefix, StringComparison.Ordinal))) _memory.Add(data);
                else (ask.Extended ? _thoughts : _unsent).Add(block);
                return;
            case "image":
                AddImage(block);
                return;
            case "tool_result":
                ask.Fit.Fail($"'{block.At}' must not be of type tool_result here.", block.At);
                return;
            default:
                MessagesParts.Add(_text, block, ask);
                return;
        }
    }

    /// <summary>Unsigned, it is another model's: as reasoning it may be sent, as a thought of Anthropic's not.</summary>
    private void AddThought(in MessagesBlock block)
    {
        var isSigned = ask.Extended && JsonFields.Text(block.Json, "signature") is { Length: > 0 };
        if (isSigned) _thoughts.Add(block);
        if (ClientFields.Member(block.Json, "thinking") is not { ValueKind: JsonValueKind.String } thinking || thinking.ValueEquals(""u8)) return;
        if (!ask.Target.TakesReasoning)
        {
            if (!isSigned) _unsent.Add(block);
            return;
        }

        _reasoningAt ??= block.At;
        _reasoning.Append(thinking.GetString());
    }

    /// <summary>Thoughts that the provider is not told, unless what it wants back with the turn says them once more.</summary>
    private void NameUnsent()
    {
        if (_memory.HasThoughts(ask.Target.Reach)) return;
        foreach (var block in _unsent) ask.Fit.Drop($"{ClientShapes.Of(block.At)}.{MessagesThoughts.Words(block.Json)}");
    }

    /// <summary>One that a model made. OpenAI's chat has no place for such.</summary>
    private void AddImage(in MessagesBlock block)
    {
        var extra = _memory.OfImage(ask.Target.Reach);
        if (ask.Target.Reach == ChatReach.OpenAI)
        {
            ask.Fit.Drop(block.At);
            return;
        }

        var parts = new List<MessagesPart>();
        MessagesFiles.AddImage(parts, block.Json, block.At, ask);
        foreach (var part in parts) _images.Add((part, extra));
    }

    private void Write(Utf8JsonWriter json, string at, bool hadText)
    {
        NameUnsent();
        var hasMembers = ask.Extended && _memory.HasMembers;
        // A turn of thoughts alone says nothing to whom does not understand them; many servers refuse a message without content.
        if (!hadText && _text.Count == 0 && _calls.Count == 0 && _thoughts.Count == 0 && _images.Count == 0 && !hasMembers) return;
        ask.Places.Note(json, at);
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (_text.Count == 0 && _calls.Count > 0) json.WriteNull("content"u8);
        else MessagesParts.WriteContent(json, _text, ask, at, separator: "");   // pieces of one answer
        if (_reasoning.Length > 0)
        {
            ask.Places.Note(json, _reasoningAt!, "thinking");
            json.WriteString("reasoning_content"u8, _reasoning.ToString());
        }

        if (_thoughts.Count > 0)
        {
            ask.Places.Note(json, _thoughts[0].At, MessagesThoughts.Words(_thoughts[0].Json));
            json.WriteStartArray(ThoughtBlocks.Member);
            foreach (var thought in _thoughts)
            {
                ask.Places.Note(json, thought.At, isCopy: true);
                thought.Json.WriteTo(json);
            }

            json.WriteEndArray();
        }

        if (hasMembers) _memory.WriteMembers(json);
        else if (ask.Target.Reach == ChatReach.Compatible) _memory.WriteDetails(json);
        if (_images.Count > 0) WriteImages(json);
        if (_calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in _calls) WriteCall(json, call);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteImages(Utf8JsonWriter json)
    {
        json.WriteStartArray(MessagesImages.Member);
        foreach (var (image, extra) in _images) image.Write(json, ask, extra);
        json.WriteEndArray();
    }

    private void WriteCall(Utf8JsonWriter json, in MessagesBlock call)
    {
        var (id, name) = (ClientFields.Needed(call.Json, "id", call.At + ".", ask.Fit), ClientFields.Needed(call.Json, "name", call.At + ".", ask.Fit));
        var input = ClientFields.Member(call.Json, "input", JsonValueKind.Object, call.At + ".", ask.Fit);
        if (id is null || name is null) return;
        ask.Places.Note(json, call.At);
        json.WriteStartObject();
        ask.Places.Note(json, call.At, "id");
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "function"u8);
        if (_memory.OfCall(id, ask.Target.Reach) is { ValueKind: not JsonValueKind.Undefined } extra)
        {
            json.WritePropertyName(MessagesMemory.ExtraContent);
            extra.WriteTo(json);
        }

        json.WriteStartObject("function"u8);
        ask.Places.Note(json, call.At, "name");
        json.WriteString("name"u8, ask.Names.Short(name));
        ask.Places.Note(json, call.At, input.ValueKind == JsonValueKind.Object ? "input" : null);
        json.WriteString("arguments"u8, input.ValueKind == JsonValueKind.Object ? input.GetRawText() : "{}");
        json.WriteEndObject();
        ask.WriteCache(json, ask.Cache(call.Json, call.At), call.At);
        json.WriteEndObject();
    }
}
