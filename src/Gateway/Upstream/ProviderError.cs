using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Upstream;

/// <summary>What can be read from a provider's error body, whatever its shape.</summary>
/// <param name="Status">The HTTP status that the body names itself: providers that answer 200 say so what it should have been.</param>
internal readonly record struct ProviderError(bool IsJson, string? Message, string? Param, string? Code, int? Status = null)
{
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = false, MaxDepth = 64 };

    public static ProviderError Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            return ReadObject(ref reader, nested: false) with { IsJson = IsWhole(ref reader) };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // no JSON, or a string that is no text
        {
            return default;
        }
    }

    /// <summary>
    /// False for a body that is no text, and for one that quotes a credential of ours, plainly or with escapes: a provider's mistake must not tell it to the client.
    /// </summary>
    public static bool CanBeShown(ReadOnlySpan<byte> body, IEnumerable<ReadOnlyMemory<byte>> secrets)
    {
        if (!Utf8.IsValid(body) || Quotes(body, secrets)) return false;
        if (!body.Contains((byte)'\\')) return true;
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && Quotes(Encoding.UTF8.GetBytes(reader.GetString()!), secrets))
                    return false;
            }

            return true;
        }
        catch (InvalidOperationException)   // half of a surrogate pair: it cannot be read, nor written again
        {
            return false;
        }
        catch (JsonException)   // no JSON, or cut: nothing of it is shown in any case (IsJson)
        {
            return true;
        }
    }

    private static bool Quotes(ReadOnlySpan<byte> text, IEnumerable<ReadOnlyMemory<byte>> secrets)
    {
        foreach (var secret in secrets)
            if (!secret.IsEmpty && text.IndexOf(secret.Span) >= 0) return true;
        return false;
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
            var isStatus = reader.ValueTextEquals("status"u8);
            reader.Read();
            if (isError && reader.TokenType == JsonTokenType.StartObject) found = ReadObject(ref reader, nested: true);
            else if (isMessage && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                found = FirstOf(reader, found);
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Number && (isStatus || isCode) && reader.TryGetInt32(out var number) && number is >= 400 and < 600) found = found with { Status = number };
            else if (reader.TokenType != JsonTokenType.String) reader.Skip();
            else if (isMessage || isError) found = found with { Message = reader.GetString() };
            else if (isParam) found = found with { Param = reader.GetString() };
            else if (isCode) found = found with { Code = reader.GetString() };
        }

        return found;
    }

    /// <summary>FastAPI's list of what is wrong (<c>msg</c>, <c>loc</c>), itself or in a member <c>detail</c>: its first. What was sent stands there too (<c>input</c>), and is not looked at.</summary>
    private static ProviderError FirstOf(Utf8JsonReader reader, ProviderError found)
    {
        if (reader.TokenType == JsonTokenType.StartObject && !EnterDetail(ref reader)) return found;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return found;
        string? message = null, place = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMessage = reader.ValueTextEquals("msg"u8);
            var isPlace = reader.ValueTextEquals("loc"u8);
            reader.Read();
            if (isMessage && reader.TokenType == JsonTokenType.String) message = reader.GetString();
            else if (isPlace && reader.TokenType == JsonTokenType.StartArray) place = Place(ref reader);
            else reader.Skip();
        }

        return message is null ? found : found with { Message = message, Param = place ?? found.Param };
    }

    private static bool EnterDetail(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isDetail = reader.ValueTextEquals("detail"u8);
            reader.Read();
            if (isDetail && reader.TokenType == JsonTokenType.StartArray) return true;
            reader.Skip();
        }

        return false;
    }

    /// <returns>The names and indices behind <c>body</c>; null: none.</returns>
    private static string? Place(ref Utf8JsonReader reader)
    {
        var place = new StringBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index)) place.Append('[').Append(index).Append(']');
            else if (reader.TokenType != JsonTokenType.String) reader.Skip();
            else if (place.Length > 0 || !reader.ValueTextEquals("body"u8)) place.Append(place.Length > 0 ? "." : "").Append(reader.GetString());
        }

        return place.Length > 0 ? place.ToString() : null;
    }
}
