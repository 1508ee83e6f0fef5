using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Wire.Rerank;

/// <summary>
/// What a reranking used. Cohere bills searches (<c>meta.billed_units.search_units</c>), which are <see cref="TokenUsage.Calls"/>; others bill tokens and say their total
/// (<c>usage.total_tokens</c>).
/// </summary>
public static class RerankUsage
{
    /// <param name="usage">Null where the answer does not say.</param>
    /// <param name="raw">The object that says it; empty where none does.</param>
    /// <returns>False where the body is no reranking: it has neither <c>results</c> nor <c>data</c>, or cannot be read.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out TokenUsage? usage, out ByteRange raw)
    {
        (usage, raw) = (null, default);
        var (hasResults, reported) = (false, default(ByteRange));
        try
        {
            var reader = new Utf8JsonReader(body, JsonCursor.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonCursor.Is(ref reader, "meta"u8)) raw = JsonCursor.TakeValue(ref reader);
                else if (JsonCursor.Is(ref reader, "usage"u8)) reported = JsonCursor.TakeUnlessNull(ref reader);
                else if (JsonCursor.Is(ref reader, "results"u8) || JsonCursor.Is(ref reader, "data"u8)) hasResults |= IsArray(ref reader);
                else JsonCursor.TakeValue(ref reader);
            }

            if (!reported.IsEmpty && OpenAIUsage.TryRead(reported.Of(body), InferenceEndpoint.Embeddings, out var tokens)) (usage, raw) = (tokens, reported);
            else if (Searches(raw.Of(body)) is { } searches) usage = new TokenUsage { Calls = searches };
            return hasResults;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsArray(ref Utf8JsonReader reader)
    {
        JsonCursor.TakeValue(ref reader);
        return reader.TokenType == JsonTokenType.EndArray;
    }

    private static long? Searches(ReadOnlySpan<byte> meta)
    {
        if (meta.IsEmpty) return null;
        var reader = new Utf8JsonReader(meta, JsonCursor.Options);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !JsonCursor.Is(ref reader, "search_units"u8)) continue;
            reader.Read();
            return reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var units) && units is >= 0 and < int.MaxValue ? (long)decimal.Ceiling(units) : null;
        }

        return null;
    }
}
