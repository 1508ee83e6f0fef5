using System.Text.Json;

namespace Gateway.Providers.Gemini;

/// <summary>Where the members of a candidate in a stream's event stand in its bytes. What is not there is an empty range. Nothing is copied.</summary>
internal struct GeminiStreamCandidate
{
    public int Index;

    /// <summary>JSON strings.</summary>
    public Range FinishReason, FinishMessage;

    /// <summary>JSON values.</summary>
    public Range Parts, Grounding, Citations, UrlContext;

    /// <param name="reader">Stands at the candidate's beginning and is left at its end.</param>
    public static GeminiStreamCandidate Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var candidate = new GeminiStreamCandidate();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8)) candidate.Content(ref reader);
            else if (reader.ValueTextEquals("index"u8)) candidate.Number(ref reader);
            else if (reader.ValueTextEquals("finishReason"u8)) candidate.FinishReason = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("finishMessage"u8)) candidate.FinishMessage = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("groundingMetadata"u8)) candidate.Grounding = GeminiJsonRange.Value(ref reader);
            else if (reader.ValueTextEquals("citationMetadata"u8)) candidate.Citations = GeminiJsonRange.Value(ref reader);
            else if (reader.ValueTextEquals("urlContextMetadata"u8)) candidate.UrlContext = GeminiJsonRange.Value(ref reader);
            else reader.Skip();
        }

        return candidate;
    }

    private void Content(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("parts"u8)) Parts = GeminiJsonRange.Value(ref reader);
            else reader.Skip();
        }
    }

    private void Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out Index)) reader.Skip();
    }
}
