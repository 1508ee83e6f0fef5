using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// Where the members of a provider's response, or of an event of its stream, stand in its bytes. Those of an event's <c>response</c> and of an <c>error</c> are flattened. What is not there, or is
/// null, is an empty range. Nothing is copied.
/// </summary>
internal struct ResponsesPlaces
{
    /// <summary>JSON strings with their quotes and escapes. <see cref="Type"/> is the event's.</summary>
    public Range Type, Delta, Status, Tier, Code, Message, Param;

    /// <summary>A JSON object.</summary>
    public Range Usage;

    /// <summary>Web searches, which are billed one by one.</summary>
    public long Searches;

    /// <summary>There is an <c>error</c> that is not null.</summary>
    public bool HasError;

    /// <returns>False where the bytes are not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out ResponsesPlaces read)
    {
        read = default;
        try
        {
            var reader = new Utf8JsonReader(json, JsonCursor.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            read.Members(ref reader, isTop: true);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;   // cut or garbled: an expected input, for which the reader knows no other answer than to throw
        }
    }

    private void Members(ref Utf8JsonReader reader, bool isTop)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (isTop && JsonCursor.Is(ref reader, "type"u8)) Type = JsonPlaces.String(ref reader);
            else if (isTop && JsonCursor.Is(ref reader, "delta"u8)) Delta = JsonPlaces.String(ref reader);
            else if (isTop && JsonCursor.Is(ref reader, "response"u8)) Response(ref reader);
            else if (JsonCursor.Is(ref reader, "status"u8)) Status = JsonPlaces.String(ref reader);
            else if (JsonCursor.Is(ref reader, "usage"u8)) Usage = JsonPlaces.Object(ref reader);
            else if (JsonCursor.Is(ref reader, "service_tier"u8)) Tier = JsonPlaces.String(ref reader);
            else if (JsonCursor.Is(ref reader, "tool_usage"u8)) ToolUsage(ref reader);
            else if (JsonCursor.Is(ref reader, "error"u8)) Error(ref reader);
            else if (isTop && JsonCursor.Is(ref reader, "code"u8)) Code = JsonPlaces.String(ref reader);
            else if (isTop && JsonCursor.Is(ref reader, "message"u8)) Message = JsonPlaces.String(ref reader);
            else if (isTop && JsonCursor.Is(ref reader, "param"u8)) Param = JsonPlaces.String(ref reader);
            else reader.Skip();
        }
    }

    private void Response(ref Utf8JsonReader reader)
    {
        if (JsonPlaces.Enter(ref reader)) Members(ref reader, isTop: false);
    }

    /// <summary>An object, or with some a text alone.</summary>
    private void Error(ref Utf8JsonReader reader)
    {
        reader.Read();
        HasError |= reader.TokenType != JsonTokenType.Null;
        if (reader.TokenType == JsonTokenType.String) Message = JsonPlaces.Current(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "code"u8)) Code = JsonPlaces.String(ref reader);
            else if (JsonCursor.Is(ref reader, "message"u8)) Message = JsonPlaces.String(ref reader);
            else if (JsonCursor.Is(ref reader, "param"u8)) Param = JsonPlaces.String(ref reader);
            else reader.Skip();
        }
    }

    private void ToolUsage(ref Utf8JsonReader reader)
    {
        if (!JsonPlaces.Enter(ref reader)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "web_search"u8)) WebSearch(ref reader);
            else reader.Skip();
        }
    }

    private void WebSearch(ref Utf8JsonReader reader)
    {
        if (!JsonPlaces.Enter(ref reader)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCount = JsonCursor.Is(ref reader, "num_requests"u8);
            reader.Read();
            if (isCount && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count >= 0) Searches = count;
            else reader.Skip();
        }
    }
}
