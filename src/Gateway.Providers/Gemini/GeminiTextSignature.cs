using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// A signature of one of several texts of an answer, which are one text for OpenAI: Gemini wants each back with the part that it was of. They stand in <c>extra_content.google.text_signatures</c>, where
/// <c>thought_signature</c> alone, which is of the whole text, would not say it.
/// </summary>
/// <param name="End">Where its text ends in the whole: characters of UTF-16.</param>
/// <param name="Signature">Not empty.</param>
internal readonly record struct GeminiTextSignature(int End, string Signature)
{
    private const string Member = "text_signatures";

    /// <param name="length">Of the whole text.</param>
    /// <returns>The value of <see cref="GeminiExtra.Member"/>; null where nothing is signed.</returns>
    public static JsonElement? Value(List<GeminiTextSignature> signed, int length)
    {
        if (signed.Count == 0) return null;
        if (signed.Count == 1 && signed[0].End == length) return GeminiExtra.Value(signed[0].Signature, null);
        return JsonElement.Parse(Bytes(signed).Span);
    }

    /// <summary>The same with all of them, whatever they are of.</summary>
    public static ReadOnlyMemory<byte> Bytes(List<GeminiTextSignature> signed) => RequestJson.Write(signed, 512, static (json, signed) =>
    {
        json.WriteStartObject("google"u8);
        json.WriteString("thought_signature"u8, signed[^1].Signature);
        json.WriteStartArray(Member);
        foreach (var one in signed)
        {
            json.WriteStartObject();
            json.WriteNumber("end"u8, one.End);
            json.WriteString("thought_signature"u8, one.Signature);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <returns>Those of a message that fit its text; none where one does not, for clients may have changed it.</returns>
    public static List<GeminiTextSignature> Of(Dictionary<string, JsonElement>? rest, string? text)
    {
        var found = new List<GeminiTextSignature>();
        if (text is null || rest is null || !rest.TryGetValue(GeminiExtra.Member, out var extra) || extra.ValueKind != JsonValueKind.Object
            || !extra.TryGetProperty("google", out var google) || google.ValueKind != JsonValueKind.Object || !google.TryGetProperty(Member, out var all) || all.ValueKind != JsonValueKind.Array) return found;
        var last = 0;
        foreach (var one in all.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object || JsonFields.Text(one, "thought_signature") is not { Length: > 0 } signature || !one.TryGetProperty("end", out var value)
                || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var end) || end < last || end > text.Length || (end < text.Length && char.IsLowSurrogate(text[end]))) return [];
            found.Add(new(end, signature));
            last = end;
        }

        return found;
    }
}
