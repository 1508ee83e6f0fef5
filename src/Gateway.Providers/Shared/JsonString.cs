using System.Text.Json;

namespace Gateway.Providers.Shared;

/// <summary>Strings out of a provider's JSON.</summary>
internal static class JsonString
{
    /// <param name="json">A JSON string with its quotes and escapes.</param>
    /// <returns>Empty where it is none, or no text: half of a surrogate pair, bytes that are no UTF-8.</returns>
    public static string Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
