using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary><c>generationConfig</c>: how the answer is to be.</summary>
internal static class GeminiGeneration
{
    private const string Json = "application/json";

    public static void Write(Utf8JsonWriter json, GeminiAsk ask, RequestFit fit)
    {
        var (request, own) = (ask.Request, ask.Own.GenerationConfig);
        json.WriteStartObject("generationConfig"u8);
        if (request.OutputLimit is { } limit) json.WriteNumber("maxOutputTokens"u8, limit);
        if (request.Temperature is { } temperature && !own.ContainsKey("temperature")) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP && !own.ContainsKey("topP")) json.WriteNumber("topP"u8, topP);
        if (request.N is { } n and not 1) json.WriteNumber("candidateCount"u8, n);
        if (request.Stop is { Count: > 0 } stop && !own.ContainsKey("stopSequences")) WriteTexts(json, "stopSequences", stop);
        WriteSeed(json, request, own, fit);
        WriteNumber(json, request, "frequency_penalty", "frequencyPenalty", own, fit);
        WriteNumber(json, request, "presence_penalty", "presencePenalty", own, fit);
        WriteLogprobs(json, request, own, fit);
        if (!own.ContainsKey("responseMimeType")) WriteFormat(json, ChatFormats.Of(request, fit), own, fit);
        if (!own.ContainsKey("responseModalities")) WriteModalities(json, request, fit);
        if (!own.ContainsKey("thinkingConfig")) GeminiThinking.Write(json, ask, fit);
        foreach (var (name, value) in own)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteSeed(Utf8JsonWriter json, ChatRequest request, IReadOnlyDictionary<string, JsonElement> own, RequestFit fit)
    {
        if (request.Seed is not { } seed || own.ContainsKey("seed")) return;
        if (seed is < int.MinValue or > int.MaxValue) fit.Unserved("seed", "It takes 32 bits.");
        else json.WriteNumber("seed"u8, seed);
    }

    private static void WriteNumber(Utf8JsonWriter json, ChatRequest request, string field, string native, IReadOnlyDictionary<string, JsonElement> own, RequestFit fit)
    {
        if (ChatFields.Find(request, field) is not { } value || own.ContainsKey(native)) return;
        if (value.ValueKind != JsonValueKind.Number)
        {
            fit.Fail($"'{field}' must be a number.", field);
            return;
        }

        json.WritePropertyName(native);
        value.WriteTo(json);
    }

    private static void WriteLogprobs(Utf8JsonWriter json, ChatRequest request, IReadOnlyDictionary<string, JsonElement> own, RequestFit fit)
    {
        if (request.Logprobs != true || own.ContainsKey("responseLogprobs")) return;
        if (request.Stream == true)
        {
            fit.Unserved("logprobs", "It has them for whole answers only: leave out 'stream' or 'logprobs'.");
            return;
        }

        json.WriteBoolean("responseLogprobs"u8, true);
        WriteNumber(json, request, "top_logprobs", "logprobs", own, fit);
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat? format, IReadOnlyDictionary<string, JsonElement> own, RequestFit fit)
    {
        switch (format?.Type)
        {
            case null or "text":
                return;
            case "json_object":
                json.WriteString("responseMimeType"u8, Json);
                return;
            case "json_schema" when format.JsonSchema?.Schema is { ValueKind: JsonValueKind.Object } schema:
                json.WriteString("responseMimeType"u8, Json);
                if (own.ContainsKey("responseSchema") || own.ContainsKey("responseJsonSchema")) return;
                json.WritePropertyName(GeminiSchema.IsNative(schema) ? "responseSchema"u8 : "responseJsonSchema"u8);
                schema.WriteTo(json);
                return;
            case "json_schema":
                fit.Fail("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
                return;
            default:
                fit.Fail("'response_format.type' must be text, json_object or json_schema.", "response_format.type");
                return;
        }
    }

    private static void WriteModalities(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (request.Modalities is not { Count: > 0 } modalities || modalities.All(static m => m == "text")) return;
        if (modalities.Any(static m => m is not ("text" or "image"))) fit.Unserved("modalities", "Of what it can write, text and image have a place in a chat completion.");
        else WriteTexts(json, "responseModalities", modalities.Select(static m => m == "image" ? "IMAGE" : "TEXT"));
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
