using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>Where the value of a member stands in the bytes; the reader stands at the member's name and is left at the value's end.</summary>
internal static class JsonPlaces
{
    public static Range Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Current(ref reader);
    }

    /// <returns>Empty where it is no string; else with quotes and escapes.</returns>
    public static Range String(ref Utf8JsonReader reader) => Of(ref reader, JsonTokenType.String);

    /// <returns>Empty where it is no object.</returns>
    public static Range Object(ref Utf8JsonReader reader) => Of(ref reader, JsonTokenType.StartObject);

    /// <summary>Moves into the value.</summary>
    /// <returns>False where it is no object; it is then passed over.</returns>
    public static bool Enter(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    /// <summary>Of the value that the reader stands at.</summary>
    public static Range Current(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static Range Of(ref Utf8JsonReader reader, JsonTokenType type)
    {
        reader.Read();
        var isType = reader.TokenType == type;
        var place = Current(ref reader);
        return isType ? place : default;
    }
}
