using System.Text.Json;

namespace Gateway.Providers.Ollama;

/// <summary>Where the members of a stream's line stand in its bytes, flattened. What is not there is an empty range. Nothing is copied.</summary>
internal struct OllamaLine
{
    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range Content, Thinking, DoneReason;

    /// <summary>JSON values.</summary>
    public Range ToolCalls, Images, Error;

    public bool HasMessage, IsDone;

    /// <param name="usage">Takes what the line reports.</param>
    /// <returns>False where the line is not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, ref OllamaUsage usage, out OllamaLine read)
    {
        read = default;
        var reader = new Utf8JsonReader(data);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            read.Top(ref reader, data, ref usage);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Top(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref OllamaUsage usage)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("message"u8)) Message(ref reader, data);
            else if (reader.ValueTextEquals("done"u8)) IsDone = reader.Read() && reader.TokenType == JsonTokenType.True || Skipped(ref reader);
            else if (reader.ValueTextEquals("done_reason"u8)) DoneReason = Value(ref reader, data, '"');
            else if (reader.ValueTextEquals("prompt_eval_count"u8)) usage.Prompt(ref reader);
            else if (reader.ValueTextEquals("eval_count"u8)) usage.Answer(ref reader);
            else if (reader.ValueTextEquals("error"u8)) Error = Value(ref reader);
            else reader.Skip();
        }
    }

    private void Message(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        HasMessage = reader.TokenType == JsonTokenType.StartObject;
        if (!HasMessage)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8)) Content = Value(ref reader, data, '"');
            else if (reader.ValueTextEquals("thinking"u8)) Thinking = Value(ref reader, data, '"');
            else if (reader.ValueTextEquals("tool_calls"u8)) ToolCalls = Value(ref reader, data, '[');
            else if (reader.ValueTextEquals("images"u8)) Images = Value(ref reader, data, '[');
            else reader.Skip();
        }
    }

    private static bool Skipped(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return false;
    }

    /// <param name="first">What a value of the right type begins with; another is as good as none.</param>
    private static Range Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, char first)
    {
        var value = Value(ref reader);
        return data[value.Start] == first ? value : default;
    }

    private static Range Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
