using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From a chat request to Cohere's, or to the 400 that names what Cohere cannot serve.</summary>
internal static class CohereRequest
{
    public const string Name = "Cohere";

    /// <summary>Not OpenAI's; clients of many servers send it beside OpenAI's fields. Cohere's name is <c>k</c>.</summary>
    private const string TopK = "top_k";

    /// <summary>Cohere takes nothing outside of these; at 1, which OpenAI's clients send for all of the probability, its largest is meant.</summary>
    private const double SmallestP = 0.01, LargestP = 0.99;

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = ChatTurns.Read(body);
        if (!read.IsOk) return read.Error;
        var fit = new RequestFit(Name, context.DropParams);
        var ask = new CohereAsk(read.Value, context.TargetModel) { Own = ChatFields.Sort(read.Value, fit, "seed", "frequency_penalty", "presence_penalty", "reasoning_effort", TopK) };
        ChatHints.NameLost(read.Value, Hints.ImageDetail | Hints.ToolPlan | Hints.ReasoningOfCalls, fit);
        var native = RequestJson.Write((ask, fit), body.Length, static (json, state) => Write(json, state.ask, state.fit));
        return fit.Error is { } error ? error : new UpstreamRequest("v2/chat", native, ask.Request.Stream ?? false) { Dropped = fit.Dropped };
    }

    private static void Write(Utf8JsonWriter json, CohereAsk ask, RequestFit fit)
    {
        var request = ask.Request;
        json.WriteString("model"u8, ask.Model);
        CohereTurns.Write(json, request.Messages, fit);
        if (request.OutputLimit is { } limit) json.WriteNumber("max_tokens"u8, limit);
        if (request.Stop is { Count: > 0 } stop)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (var sequence in stop) json.WriteStringValue(sequence);
            json.WriteEndArray();
        }

        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("p"u8, Math.Clamp(topP, SmallestP, LargestP));
        if (ChatFields.Find(request, TopK) is { } k) WriteTopK(json, k, fit);
        if (request.Seed is { } seed) json.WriteNumber("seed"u8, seed);
        WritePenalty(json, request, "frequency_penalty", fit);
        WritePenalty(json, request, "presence_penalty", fit);
        CohereTools.Write(json, request, fit);
        WriteFormat(json, ChatFormats.Of(request, fit), fit);
        CohereThinking.Write(json, request, fit);
        json.WriteBoolean("stream"u8, request.Stream ?? false);
        foreach (var (name, value) in ask.Own)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    private static void WriteTopK(Utf8JsonWriter json, JsonElement k, RequestFit fit)
    {
        if (k.ValueKind != JsonValueKind.Number)
        {
            fit.Fail($"'{TopK}' must be a number.", TopK);
            return;
        }

        json.WritePropertyName("k"u8);
        k.WriteTo(json);
    }

    /// <summary>Cohere's go from 0 to 1; OpenAI's, from -2 to 2.</summary>
    private static void WritePenalty(Utf8JsonWriter json, ChatRequest request, string name, RequestFit fit)
    {
        if (ChatFields.Find(request, name) is not { } value) return;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var penalty)) fit.Fail($"'{name}' must be a number.", name);
        else if (penalty is < 0 or > 1) fit.Unserved(name, "It takes 0 to 1.");
        else json.WriteNumber(name, penalty);
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat? format, RequestFit fit)
    {
        switch (format?.Type)
        {
            case null or "text":
                return;
            case "json_object":
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_object"u8);
                json.WriteEndObject();
                return;
            case "json_schema" when format.JsonSchema?.Schema is { ValueKind: JsonValueKind.Object } schema:
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_object"u8);
                json.WritePropertyName("json_schema"u8);
                schema.WriteTo(json);
                json.WriteEndObject();
                return;
            case "json_schema":
                fit.Fail("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
                return;
            default:
                fit.Unserved("response_format", "It has json_object and json_schema.");
                return;
        }
    }
}

/// <summary>A chat request with what was decided about it.</summary>
internal sealed record CohereAsk(ChatRequest Request, string Model)
{
    /// <summary>Members that OpenAI does not know: Cohere's own (documents, citation_options, safety_mode, thinking …), as the client wrote them.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonElement>> Own { get; init; }
}
