using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>The numbers of a request, which Ollama takes together. A client that knows them sends <c>options</c> of its own: they stay, but where OpenAI's field says something else.</summary>
internal static class OllamaOptions
{
    public const string Member = "options";

    /// <summary>Not OpenAI's; clients of many servers send it beside OpenAI's fields.</summary>
    public const string TopK = "top_k";

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

        var said = Said(request);
        if (said.Count == 0 && own.ValueKind == JsonValueKind.Undefined) return;
        json.WriteStartObject(Member);
        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in own.EnumerateObject())
            {
                if (!said.Contains(option.Name)) option.WriteTo(json);
            }
        }

        WriteSaid(json, request);
        json.WriteEndObject();
    }

    private static HashSet<string> Said(ChatRequest request)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        if (request.OutputLimit is not null) said.Add("num_predict");
        if (request.Temperature is not null) said.Add("temperature");
        if (request.TopP is not null) said.Add("top_p");
        if (request.Seed is not null) said.Add("seed");
        if (request.Stop is { Count: > 0 }) said.Add("stop");
        said.UnionWith(Same.Where(name => ChatFields.Find(request, name) is not null));
        return said;
    }

    private static void WriteSaid(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.OutputLimit is { } limit) json.WriteNumber("num_predict"u8, limit);
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.Seed is { } seed) json.WriteNumber("seed"u8, seed);
        foreach (var name in Same)
        {
            if (ChatFields.Find(request, name) is not { } number) continue;
            json.WritePropertyName(name);
            number.WriteTo(json);
        }

        if (request.Stop is not { Count: > 0 } stop) return;
        json.WriteStartArray("stop"u8);
        foreach (var sequence in stop) json.WriteStringValue(sequence);
        json.WriteEndArray();
    }
}
