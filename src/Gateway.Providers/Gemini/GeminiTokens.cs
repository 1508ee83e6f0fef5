using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>How likely each token of an answer was.</summary>
internal static class GeminiTokens
{
    public static JsonElement? Logprobs(GeminiLogprobs? result)
    {
        if (result?.ChosenCandidates is not { Count: > 0 }) return null;
        var json = RequestJson.Write(result, 128 * result.ChosenCandidates.Count, static (json, result) =>
        {
            json.WriteStartArray("content"u8);
            foreach (var (i, token) in result.ChosenCandidates!.Index()) WriteToken(json, token, i < (result.TopCandidates?.Count ?? 0) ? result.TopCandidates![i]?.Candidates ?? [] : []);
            json.WriteEndArray();
            json.WriteNull("refusal"u8);
        });
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <param name="top">The likeliest tokens in its place; null: it is one of those.</param>
    private static void WriteToken(Utf8JsonWriter json, GeminiToken? token, IReadOnlyList<GeminiToken?>? top)
    {
        var text = token?.Token ?? "";
        json.WriteStartObject();
        json.WriteString("token"u8, text);
        json.WriteNumber("logprob"u8, token?.LogProbability ?? 0);
        json.WriteStartArray("bytes"u8);
        foreach (var b in Encoding.UTF8.GetBytes(text)) json.WriteNumberValue(b);
        json.WriteEndArray();
        if (top is not null)
        {
            json.WriteStartArray("top_logprobs"u8);
            foreach (var other in top) WriteToken(json, other, null);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
