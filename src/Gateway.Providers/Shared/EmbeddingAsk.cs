using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>A request for embeddings of texts, as every provider with a dialect of its own takes it.</summary>
/// <param name="Texts">At least one.</param>
/// <param name="AsBase64">How the client wants the numbers; providers are asked for plain ones.</param>
internal sealed record EmbeddingAsk(IReadOnlyList<string> Texts, int? Dimensions, bool AsBase64)
{
    /// <summary>Members that OpenAI does not know: the provider's own, as the client wrote them.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonElement>> Own { get; init; }

    public static Outcome<EmbeddingAsk> Read(ReadOnlySpan<byte> body, string provider)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.EmbeddingRequest);
        if (!read.IsOk) return read.Error;
        var request = read.Value;
        if (request.Input is not { Items: { Count: > 0 } items }) return OpenAIRequest.Invalid("'input' must have at least one item.", "input");
        if (items.Any(static i => i.Text is null)) return OpenAIRequest.Invalid($"{provider} has a vocabulary of its own: 'input' must be text, not tokens.", "input");
        if (items.Any(static i => i.Text!.Length == 0)) return OpenAIRequest.Invalid("'input' must not have an empty item.", "input");
        if (request.Dimensions is < 1) return OpenAIRequest.Invalid("'dimensions' must be 1 at least.", "dimensions");
        if (request.EncodingFormat is not (null or "float" or "base64")) return OpenAIRequest.Invalid("'encoding_format' must be 'float' or 'base64'.", "encoding_format");
        if (request.Rest is { } rest && rest.TryGetValue("stream", out var stream) && stream.ValueKind == JsonValueKind.True) return OpenAIRequest.Invalid("Embeddings cannot be streamed.", "stream");
        var own = (request.Rest ?? []).Where(static m => m.Key is not ("model" or "stream" or "user") && m.Value.ValueKind != JsonValueKind.Null).ToList();
        return new EmbeddingAsk([.. items.Select(static i => i.Text!)], request.Dimensions, request.EncodingFormat == "base64") { Own = own };
    }

    public void WriteOwn(Utf8JsonWriter json)
    {
        foreach (var (name, value) in Own)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    /// <summary>Whether these are vectors: as many as texts were asked for, of numbers that can be written again.</summary>
    public bool AreAnswer(IReadOnlyList<float[]?>? vectors) =>
        vectors is not null && vectors.Count == Texts.Count && vectors.All(static v => v is { Length: > 0 } && Array.TrueForAll(v, float.IsFinite));
}
