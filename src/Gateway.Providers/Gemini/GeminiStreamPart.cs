using System.Text.Json;

namespace Gateway.Providers.Gemini;

/// <summary>Where the members of a part of a stream's event stand in its bytes. What is not there is an empty range. Nothing is copied.</summary>
internal struct GeminiStreamPart
{
    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range Text, Signature, CallId, CallName, MediaType, Data;

    /// <summary>JSON values; <see cref="Whole"/> is the part itself.</summary>
    public Range Args, PartialArgs, Other, Whole;

    public bool IsThought, IsCall, WillContinue;

    /// <param name="reader">Stands at the part's beginning and is left at its end.</param>
    public static GeminiStreamPart Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var part = new GeminiStreamPart();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return part;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8)) part.Text = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("thought"u8)) part.IsThought = True(ref reader);
            else if (reader.ValueTextEquals("thoughtSignature"u8)) part.Signature = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("functionCall"u8)) part.Call(ref reader, data);
            else if (reader.ValueTextEquals("inlineData"u8)) part.Blob(ref reader, data);
            else part.Other = GeminiJsonRange.Value(ref reader);
        }

        part.Whole = start..(int)reader.BytesConsumed;
        return part;
    }

    private void Call(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        IsCall = reader.TokenType == JsonTokenType.StartObject;
        if (!IsCall) reader.Skip();
        while (IsCall && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8)) CallName = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("id"u8)) CallId = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("args"u8)) Args = GeminiJsonRange.Value(ref reader);
            else if (reader.ValueTextEquals("partialArgs"u8)) PartialArgs = GeminiJsonRange.Value(ref reader);
            else if (reader.ValueTextEquals("willContinue"u8)) WillContinue = True(ref reader);
            else reader.Skip();
        }
    }

    private void Blob(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
        else Blob(ref reader, data, start);
    }

    private void Blob(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, int start)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("mimeType"u8)) MediaType = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("data"u8)) Data = GeminiJsonRange.String(ref reader, data);
            else reader.Skip();
        }

        if (!data[MediaType].StartsWith("\"image/"u8) || data[Data].IsEmpty) Other = start..(int)reader.BytesConsumed;   // sound, say
    }

    private static bool True(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isTrue = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return isTrue;
    }
}
