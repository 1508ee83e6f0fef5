using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From a chat request to one of Converse, or to the 400 that names what Bedrock cannot serve.</summary>
internal static class BedrockRequest
{
    public const string Name = "Bedrock";

    private static readonly KeyValuePair<string, string>[] PlainHeaders = [new("Accept", "application/json")];

    private static readonly KeyValuePair<string, string>[] StreamHeaders = [new("Accept", "application/vnd.amazon.eventstream")];

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = ChatTurns.Read(body);
        if (!read.IsOk) return read.Error;
        var fit = new RequestFit(Name, context.DropParams);
        var fields = ChatFields.Sort(read.Value, fit, "reasoning_effort", "service_tier");
        Func<string, JsonElement, string, bool>? refuses = BedrockFamily.IsClaude(context.TargetModel) ? (name, value, at) => AnthropicToolLoop.Refuses(name, value, at, read.Value, fit) : null;
        var own = BedrockOwn.Sort(fields, fit, refuses);
        var request = read.Value with { MaxCompletionTokens = own.Least(read.Value.OutputLimit, fit) };
        var ask = new BedrockAsk(request, BedrockFamily.Of(context.TargetModel), own, BedrockReasoningEffort.Read(request, context, fit));
        ChatHints.NameLost(request, Hints.Cache | Hints.FileName | Hints.SchemaDescription | Hints.Thoughts | Hints.Videos, fit);
        var native = RequestJson.Write((ask, fit), body.Length, static (json, state) => Write(json, state.ask, state.fit));
        if (fit.Error is { } error) return error;
        var stream = request.Stream ?? false;
        return new UpstreamRequest(BedrockPaths.Of(context.TargetModel, stream ? "converse-stream" : "converse"), native, stream)
        {
            Dropped = fit.Dropped,
            Headers = stream ? StreamHeaders : PlainHeaders,
        };
    }

    private static void Write(Utf8JsonWriter json, BedrockAsk ask, RequestFit fit)
    {
        BedrockBlocks.WriteMessages(json, ask.Request.Messages, ask.Family, fit);
        WriteInference(json, ask, fit);
        BedrockTools.Write(json, ask.Request, fit);
        WriteFormat(json, ask, fit);
        WriteTier(json, ask, fit);
        ask.Own.WriteModelFields(json, ask.Effort);
        WriteStopPath(json, ask);
        ask.Own.WriteTop(json);
    }

    /// <summary>What the client says in <c>inferenceConfig</c> itself wins, but for the bound: the smallest is sent.</summary>
    private static void WriteInference(Utf8JsonWriter json, BedrockAsk ask, RequestFit fit)
    {
        var (request, own) = (ask.Request, ask.Own.Inference);
        if (request is { Temperature: null, TopP: null, Stop: not { Count: > 0 } } && ask.MaxTokens is null && own.ValueKind != JsonValueKind.Object) return;
        json.WriteStartObject("inferenceConfig"u8);
        if (ask.MaxTokens is { } maxTokens) json.WriteNumber("maxTokens"u8, maxTokens);
        if (request.Temperature is { } temperature && !Has(own, "temperature")) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP && !Has(own, "topP")) json.WriteNumber("topP"u8, topP);
        if (request.Stop is { Count: > 0 } stop && !Has(own, "stopSequences"))
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (var sequence in stop) json.WriteStringValue(sequence);
            json.WriteEndArray();
        }

        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in own.EnumerateObject())
            {
                if (!member.NameEquals(BedrockOwn.MaxTokens)) member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>A path that the model's answer does not have is passed over by Converse.</summary>
    private static void WriteStopPath(Utf8JsonWriter json, BedrockAsk ask)
    {
        const string paths = "additionalModelResponseFieldPaths";
        if (ask.Request.Stop is not { Count: > 0 } || ask.Own.Has(paths)) return;
        json.WriteStartArray(paths);
        json.WriteStringValue(BedrockFinish.StopSequencePath);
        json.WriteEndArray();
    }

    private static bool Has(JsonElement own, string name) => own.ValueKind == JsonValueKind.Object && own.TryGetProperty(name, out _);

    private static void WriteFormat(Utf8JsonWriter json, BedrockAsk ask, RequestFit fit)
    {
        switch (ChatFormats.Of(ask.Request, fit))
        {
            case null or { Type: null or "text" }:
                return;
            case { Type: "json_schema", JsonSchema: { Schema: { ValueKind: JsonValueKind.Object } schema } format }:
                if (ask.Own.Has("outputConfig")) return;
                json.WriteStartObject("outputConfig"u8);
                json.WriteStartObject("textFormat"u8);
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("structure"u8);
                json.WriteStartObject("jsonSchema"u8);
                json.WriteString("schema"u8, schema.GetRawText());   // a string with JSON in it
                if (format.Name is { Length: > 0 } name) json.WriteString("name"u8, name);
                if (JsonFields.Text(format.Rest, "description") is { } description) json.WriteString("description"u8, description);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
                return;
            case { Type: "json_schema" }:
                fit.Fail("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
                return;
            default:
                fit.Unserved("response_format", "It has json_schema: send a schema.");
                return;
        }
    }

    private static void WriteTier(Utf8JsonWriter json, BedrockAsk ask, RequestFit fit)
    {
        var tier = ChatFields.Text(ask.Request, "service_tier");
        if (tier is null || ask.Own.Has("serviceTier")) return;
        if (tier is not ("default" or "flex" or "priority" or "reserved"))
        {
            fit.Unserved("service_tier");
            return;
        }

        json.WriteStartObject("serviceTier"u8);
        json.WriteString("type"u8, tier);
        json.WriteEndObject();
    }
}

/// <summary>A chat request with what was decided about it.</summary>
/// <param name="Family">See <see cref="BedrockFamily"/>.</param>
/// <param name="Own">Members that OpenAI does not know.</param>
/// <param name="Effort">How much the model is to think, in the model's own words.</param>
internal sealed record BedrockAsk(ChatRequest Request, string Family, BedrockOwn Own, BedrockEffort Effort)
{
    /// <summary>Null: as many as the model likes.</summary>
    public long? MaxTokens => Effort.MaxTokens ?? Request.OutputLimit;
}
