using System.Text.Json;

namespace Gateway.Cache.Semantic;

/// <summary>Finds the first vector in OpenAI's answer to an embedding request.</summary>
internal static class EmbeddingReply
{
    /// <returns>Whether the reader stands at the beginning of <c>data[0].embedding</c>, a list.</returns>
    public static bool Find(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || !Member(ref reader, "data"u8) || reader.TokenType != JsonTokenType.StartArray) return false;
        return reader.Read() && Member(ref reader, "embedding"u8) && reader.TokenType == JsonTokenType.StartArray;
    }

    /// <summary>Goes to the value of a member of the object that begins here.</summary>
    private static bool Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt) return true;
            reader.Skip();
        }

        return false;
    }
}
