using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>The numbers of a request, which Ollama takes together. A client that knows them sends <c>options</c> of its own: they win, but for the bound, of which the smaller is sent.</summary>
internal static class OllamaOptions
{
    public const string Member = "options";

    /// <summary>Not OpenAI's; clients of many servers send it beside OpenAI's fields.</summary>
    public const string TopK = "top_k";

    private const string Predict = "num_predict";

    /// <summary>Numbers that have the same name there.</summary>
    private static readonly string[] Same = ["frequency_penalty", "presence_penalty", TopK];

    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        var own = request.Rest is { } rest && rest.TryGetValue(Member, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;
        if (own.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            fit.Fail($"'{Member}' must be an object.", Member);
            return;
        }

        foreach (var name in Same)
        {
            if (ChatFields.Find(request, name) is { ValueKind: not JsonValueKind.Number }) fit.Fail($"'{name}' must be a number.", name);
        }

        var limit = OwnBound.Least(request.OutputLimit, own.ValueKind == JsonValueKind.Object && own.TryGetProperty(Predict, out var predict) ? predict : default, $"{Member}.{Predict}", fit);
        if (own.ValueKind == JsonValueKind.Undefined && !IsSaid(request)) return;
        json.WriteStartObject(Member);
        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in own.EnumerateObject())
            {
                if (!option.NameEquals(Predict)) option.WriteTo(json);
            }
        }

        if (limit is not null) json.WriteNumber(Predict, limit.Value);
        WriteSaid(json, request, own);
        json.WriteEndObject();
    }

    private static bool IsSaid(ChatRequest request) =>
        request is not { OutputLimit: null, Temperature: null, TopP: null, Seed: null, Stop: not { Count: > 0 } } || Array.Exists(Same, name => ChatFields.Find(request, name) is not null);

    private static void WriteSaid(Utf8JsonWriter json, ChatRequest request, JsonElement own)
    {
        bool IsFree(string name) => own.ValueKind != JsonValueKind.Object || !own.TryGetProperty(name, out _);
        if (request.Temperature is { } temperature && IsFree("temperature")) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP && IsFree("top_p")) json.WriteNumber("top_p"u8, topP);
        if (request.Seed is { } seed && IsFree("seed")) json.WriteNumber("seed"u8, seed);
        foreach (var name in Same)
        {
            if (ChatFields.Find(request, name) is not { } number || !IsFree(name)) continue;
            json.WritePropertyName(name);
            number.WriteTo(json);
        }

        if (request.Stop is not { Count: > 0 } stop || !IsFree("stop")) return;
        json.WriteStartArray("stop"u8);
        foreach (var sequence in stop) json.WriteStringValue(sequence);
        json.WriteEndArray();
    }
}
