using System.Text.Json;

namespace Gateway.Providers.Gemini;

/// <summary>Where the value of a member stands in the bytes; the reader stands at the member's name and is left at the value's end.</summary>
internal static class GeminiJsonRange
{
    public static Range Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    /// <returns>Empty where it is no string; else with quotes and escapes.</returns>
    public static Range String(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var value = Value(ref reader);
        return data[value.Start] == '"' ? value : default;
    }

    public static string Decoded(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return "";
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString() ?? "";
    }
}
