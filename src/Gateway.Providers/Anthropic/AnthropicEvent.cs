using System.Text.Json;

namespace Gateway.Providers.Anthropic;

/// <summary>
/// Where the members of a stream's event stand in its bytes, flattened: what is in <c>delta</c>, <c>content_block</c> and <c>message</c> have no names in common. What is not there is an
/// empty range. Nothing is copied.
/// </summary>
internal struct AnthropicEvent
{
    /// <summary><c>message_start</c>, <c>content_block_delta</c> …; without quotes.</summary>
    public Range Type;

    /// <summary>Of the content block.</summary>
    public int Index;

    /// <summary>The type of the block or of the delta; without quotes.</summary>
    public Range Part;

    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range Text, Thinking, Signature, PartialJson, Id, Name, StopReason, StopSequence;

    /// <summary>JSON values.</summary>
    public Range Block, Input, Citation, Usage;

    /// <summary>Of an error: what it says, a JSON string; of a beginning: the message, an object.</summary>
    public Range Message;

    /// <param name="usage">Takes what the event reports.</param>
    /// <returns>False where the event is not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, ref AnthropicUsage usage, out AnthropicEvent read)
    {
        read = default;
        var reader = new Utf8JsonReader(data);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            read.Members(ref reader, data, ref usage, isTop: true);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <remarks>Names are compared as they stand: the reader's own comparison throws where an escape in one is half of a surrogate pair.</remarks>
    private void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref AnthropicUsage usage, bool isTop)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("type"u8) && isTop) Type = Word(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("type"u8)) Part = Word(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("index"u8)) Number(ref reader);
            else if (reader.ValueSpan.SequenceEqual("delta"u8) || reader.ValueSpan.SequenceEqual("error"u8)) Nested(ref reader, data, ref usage);
            else if (reader.ValueSpan.SequenceEqual("message"u8)) Message = Nested(ref reader, data, ref usage);
            else if (reader.ValueSpan.SequenceEqual("content_block"u8)) Block = Nested(ref reader, data, ref usage);
            else if (reader.ValueSpan.SequenceEqual("text"u8)) Text = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("thinking"u8)) Thinking = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("signature"u8)) Signature = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("partial_json"u8)) PartialJson = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("id"u8)) Id = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("name"u8)) Name = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("stop_reason"u8)) StopReason = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("stop_sequence"u8)) StopSequence = String(ref reader, data);
            else if (reader.ValueSpan.SequenceEqual("input"u8)) Input = Value(ref reader);
            else if (reader.ValueSpan.SequenceEqual("citation"u8)) Citation = Value(ref reader);
            else if (reader.ValueSpan.SequenceEqual("usage"u8)) ReadUsage(ref reader, data, ref usage);
            else reader.Skip();
        }
    }

    private Range Nested(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref AnthropicUsage usage)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject) Members(ref reader, data, ref usage, isTop: false);
        else reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private void ReadUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref AnthropicUsage usage)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (usage.Read(ref reader)) Usage = start..(int)reader.BytesConsumed;
    }

    private void Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out Index)) reader.Skip();
    }

    private static Range Word(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var (start, end) = (String(ref reader, data).Start.Value, (int)reader.BytesConsumed);
        return start == 0 ? default : (start + 1)..(end - 1);
    }

    private static Range String(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var value = Value(ref reader);
        return data[value.Start] == '"' ? value : default;
    }

    private static Range Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
