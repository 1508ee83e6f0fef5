using System.Buffers;
using System.Text.Json;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>
/// Content that is a list of parts, as Mistral's reasoning models write it: text parts become the content, thinking parts <c>reasoning_content</c>. Strings are joined as they
/// stand in the JSON, escapes and all. Where a part says more than that, the list stays beside them as <c>content_parts</c>.
/// </summary>
internal sealed class ContentParts
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _thinking = new();
    private bool _hasText, _hasThinking, _hasMore;

    /// <param name="reader">At the list's beginning.</param>
    public void Look(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, RepairPlan plan)
    {
        _text.ResetWrittenCount();
        _thinking.ResetWrittenCount();
        _hasText = _hasThinking = _hasMore = false;
        var start = reader.At();
        while (reader.NextElement())
        {
            if (reader.TokenType == JsonTokenType.StartObject) Part(ref reader);
            else if (reader.TokenType == JsonTokenType.String) Add(_text, ref reader, ref _hasText);
            else
            {
                _hasMore = true;
                reader.Skip();
            }
        }

        var end = (int)reader.BytesConsumed;
        plan.Replace(start, end);
        if (_hasText) plan.Write("\""u8).Write(_text.WrittenSpan).Write("\""u8);
        else plan.Write("null"u8);
        if (_hasThinking) plan.Write(",\"reasoning_content\":\""u8).Write(_thinking.WrittenSpan).Write("\""u8);
        if (_hasMore) plan.Write(",\"content_parts\":"u8).Write(json[start..end]);
    }

    private void Part(ref Utf8JsonReader reader)
    {
        while (reader.NextMember())
        {
            if (reader.Is("text"u8) && reader.Value() == JsonTokenType.String) Add(_text, ref reader, ref _hasText);
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.Is("thinking"u8)) Thinking(ref reader);
            else Other(ref reader);
        }
    }

    /// <summary>A member that is no text of the model's: known to say nothing, or worth keeping.</summary>
    private void Other(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            var isClosed = reader.Is("closed"u8);
            var isType = reader.Is("type"u8);
            reader.Read();
            _hasMore |= isType ? !(reader.Is("text"u8) || reader.Is("thinking"u8)) : !isClosed && reader.TokenType != JsonTokenType.Null;
        }
        else
        {
            _hasMore = true;   // a text that is none
        }

        reader.Skip();
    }

    /// <summary>A text, or a list of text parts.</summary>
    private void Thinking(ref Utf8JsonReader reader)
    {
        if (reader.Value() == JsonTokenType.String)
        {
            Add(_thinking, ref reader, ref _hasThinking);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _hasMore |= reader.TokenType != JsonTokenType.Null;
            reader.Skip();
            return;
        }

        while (reader.NextElement())
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                _hasMore = true;
                reader.Skip();
                continue;
            }

            while (reader.NextMember())
            {
                if (reader.Is("text"u8) && reader.Value() == JsonTokenType.String) Add(_thinking, ref reader, ref _hasThinking);
                else Other(ref reader);
            }
        }
    }

    private static void Add(ArrayBufferWriter<byte> text, ref Utf8JsonReader reader, ref bool has)
    {
        text.Write(reader.ValueSpan);
        has = true;
    }
}
