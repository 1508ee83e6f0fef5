using System.Text.Json;

namespace Gateway.Providers.Cohere;

/// <summary>Where the members of a stream's event stand in its bytes, flattened: what is in <c>delta.message</c> has no names in common. What is not there is an empty range. Nothing is copied.</summary>
internal struct CohereEvent
{
    /// <summary><c>message-start</c>, <c>content-delta</c> …; without quotes.</summary>
    public Range Type;

    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range Text, Thinking, ToolPlan, Id, Name, Arguments, FinishReason;

    /// <summary>What went wrong; JSON strings.</summary>
    public Range Error, Message;

    /// <summary>JSON values.</summary>
    public Range Citation, Usage;

    /// <param name="usage">Takes what the event reports.</param>
    /// <returns>False where the event is not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, ref CohereUsage usage, out CohereEvent read)
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

    private void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref CohereUsage usage, bool isTop)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (isTop && reader.ValueTextEquals("type"u8)) Type = Word(ref reader, data);
            else if (reader.ValueTextEquals("message"u8)) ReadMessage(ref reader, data, ref usage, isTop);
            else if (IsWrapper(ref reader)) Nested(ref reader, data, ref usage);
            else if (reader.ValueTextEquals("text"u8)) Text = String(ref reader, data);
            else if (reader.ValueTextEquals("thinking"u8)) Thinking = String(ref reader, data);
            else if (reader.ValueTextEquals("tool_plan"u8)) ToolPlan = String(ref reader, data);
            else if (!isTop && reader.ValueTextEquals("id"u8)) Id = String(ref reader, data);
            else if (reader.ValueTextEquals("name"u8)) Name = String(ref reader, data);
            else if (reader.ValueTextEquals("arguments"u8)) Arguments = String(ref reader, data);
            else if (reader.ValueTextEquals("finish_reason"u8)) FinishReason = String(ref reader, data);
            else if (reader.ValueTextEquals("error"u8)) Error = String(ref reader, data);
            else if (reader.ValueTextEquals("citations"u8)) ReadCitation(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8)) ReadUsage(ref reader, ref usage);
            else reader.Skip();
        }
    }

    private static bool IsWrapper(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("tool_calls"u8) || reader.ValueTextEquals("function"u8);

    private void Nested(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref CohereUsage usage)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) Members(ref reader, data, ref usage, isTop: false);
        else reader.Skip();   // the first event has empty arrays for each
    }

    /// <summary>In a delta it is the answer; an event that has one of its own and is a string is an error.</summary>
    private void ReadMessage(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref CohereUsage usage, bool isTop)
    {
        if (isTop) Message = String(ref reader, data);
        else Nested(ref reader, data, ref usage);
    }

    private void ReadCitation(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var value = Value(ref reader);
        if (data[value.Start] == '{') Citation = value;
    }

    private void ReadUsage(ref Utf8JsonReader reader, ref CohereUsage usage)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (usage.Read(ref reader)) Usage = start..(int)reader.BytesConsumed;
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
