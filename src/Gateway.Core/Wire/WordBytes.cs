using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Wire;

/// <summary>How much a model wrote in a whole answer of a dialect: for the estimate, where the provider does not say what it used.</summary>
public static class WordBytes
{
    /// <summary>Bytes of words, thoughts and arguments as they stand in the JSON.</summary>
    /// <param name="member">The top-level member that has the answer: <c>content</c> of a message, <c>output</c> of a response.</param>
    public static long Count(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> member)
    {
        var bytes = 0L;
        try
        {
            var reader = new Utf8JsonReader(answer, JsonCursor.Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonCursor.Is(ref reader, member)) Add(ref reader, ref bytes);
                else JsonCursor.TakeValue(ref reader);
            }
        }
        catch (JsonException)
        {
            return bytes;   // as far as it could be read, it is counted
        }

        return bytes;
    }

    private static void Add(ref Utf8JsonReader reader, ref long bytes)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && IsWords(ref reader)) bytes += JsonCursor.TakeValue(ref reader).Length;
        }
    }

    private static bool IsWords(ref Utf8JsonReader reader) =>
        JsonCursor.Is(ref reader, "text"u8) || JsonCursor.Is(ref reader, "thinking"u8) || JsonCursor.Is(ref reader, "input"u8) || JsonCursor.Is(ref reader, "name"u8)
        || JsonCursor.Is(ref reader, "arguments"u8) || JsonCursor.Is(ref reader, "refusal"u8);
}
