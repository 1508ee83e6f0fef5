using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Dialects;

/// <summary>What an answer cost, as the gateway says it in a chat answer's usage.</summary>
internal static class ChatCost
{
    public const string Member = "cost_usd";

    /// <param name="usage">A JSON object.</param>
    /// <returns>A JSON number; null: it does not stand there.</returns>
    public static string? Read(ReadOnlySpan<byte> usage)
    {
        var reader = new Utf8JsonReader(usage, JsonCursor.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCost = JsonCursor.Is(ref reader, "cost_usd"u8);
            var value = usage[JsonPlaces.Value(ref reader)];
            if (isCost && reader.TokenType == JsonTokenType.Number) return Encoding.UTF8.GetString(value);
        }

        return null;
    }

    public static void Write(Utf8JsonWriter json, string? cost)
    {
        if (cost is null) return;
        json.WritePropertyName(Member);
        json.WriteRawValue(cost, skipInputValidation: true);
    }
}
