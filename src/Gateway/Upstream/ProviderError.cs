using System.Text.Json;

namespace Gateway.Upstream;

/// <summary>What can be read from a provider's error body, whatever its shape.</summary>
internal readonly record struct ProviderError(bool IsJson, string? Message, string? Param, string? Code)
{
    public static ProviderError Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowTrailingCommas = false, MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            return ReadObject(ref reader, nested: false) with { IsJson = IsWhole(ref reader) };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // no JSON, or a string that is no text
        {
            return default;
        }
    }

    private static bool IsWhole(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }

        return true;
    }

    /// <summary>OpenAI nests its error in <c>error</c>; others put <c>message</c>, <c>detail</c> or a text <c>error</c> at the top.</summary>
    private static ProviderError ReadObject(ref Utf8JsonReader reader, bool nested)
    {
        var found = default(ProviderError);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isError = !nested && reader.ValueTextEquals("error"u8);
            var isMessage = reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("detail"u8);
            var isParam = reader.ValueTextEquals("param"u8);
            var isCode = reader.ValueTextEquals("code"u8);
            reader.Read();
            if (isError && reader.TokenType == JsonTokenType.StartObject) found = ReadObject(ref reader, nested: true);
            else if (reader.TokenType != JsonTokenType.String) reader.Skip();
            else if (isMessage || isError) found = found with { Message = reader.GetString() };
            else if (isParam) found = found with { Param = reader.GetString() };
            else if (isCode) found = found with { Code = reader.GetString() };
        }

        return found;
    }
}
