using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>A piece of a tool call in a chat stream's event, as places in the bytes of <c>tool_calls</c>.</summary>
internal struct ChatCallPiece
{
    /// <summary>Null where the piece has none.</summary>
    public int? Index;

    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range Id, Name, Arguments;

    /// <summary>A JSON object.</summary>
    public Range ExtraContent;

    /// <summary>The arguments at once, as an object instead of its text.</summary>
    public Range ArgumentsObject;

    /// <summary>Reads the next piece of the array that <paramref name="reader"/> is in; false at its end.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> calls, out ChatCallPiece piece)
    {
        piece = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                piece.Members(ref reader, calls);
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> calls)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("index"u8)) Number(ref reader);
            else if (reader.ValueSpan.SequenceEqual("id"u8)) ChatDelta.Take(ref reader, calls, '"', ref Id);
            else if (reader.ValueSpan.SequenceEqual("extra_content"u8)) ChatDelta.Take(ref reader, calls, '{', ref ExtraContent);
            else if (reader.ValueSpan.SequenceEqual("function"u8)) Function(ref reader, calls);
            else reader.Skip();
        }
    }

    private void Function(ref Utf8JsonReader reader, ReadOnlySpan<byte> calls)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("name"u8)) ChatDelta.Take(ref reader, calls, '"', ref Name);
            else if (reader.ValueSpan.SequenceEqual("arguments"u8)) TakeArguments(ref reader, calls);
            else reader.Skip();
        }
    }

    private void TakeArguments(ref Utf8JsonReader reader, ReadOnlySpan<byte> calls)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (calls[start] == '"') Arguments = start..(int)reader.BytesConsumed;
        else if (calls[start] == '{') ArgumentsObject = start..(int)reader.BytesConsumed;
    }

    private void Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index)) Index = index;
        else reader.Skip();
    }
}
