using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From a chat request to a request for a message, or to the 400 that names what Anthropic cannot serve.</summary>
internal static class AnthropicRequest
{
    public const string Name = "Anthropic";

    /// <summary>What an answer may have where the client does not say and the catalogue does not know the model: every model can write so much.</summary>
    private const long SmallestMaximum = 4096;

    /// <summary>Of what the catalogue allows: a longer answer takes many minutes, and who wants one says so.</summary>
    private const long LargestMaximum = 32_000;

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context, AnthropicHome home)
    {
        var read = ChatTurns.Read(body);
        if (!read.IsOk) return read.Error;
        var fit = new RequestFit(Name, context.DropParams);
        var ask = new AnthropicAsk(read.Value, context.TargetModel, home, MaxTokens(read.Value, context))
        {
            Own = [.. ChatFields.Sort(read.Value, fit, "reasoning_effort", "service_tier", ChatHints.CacheControl).Where(m => !AnthropicToolLoop.Refuses(m.Key, m.Value, m.Key, read.Value, fit))],
            Thinking = AnthropicThinking.Read(read.Value, MaxTokens(read.Value, context), fit),
        };
        ChatHints.NameLost(read.Value, Hints.Cache | Hints.FileName | Hints.Thoughts, fit);
        var native = RequestJson.Write((ask, fit), body.Length, static (json, state) => Write(json, state.ask, state.fit));
        if (fit.Error is { } error) return error;
        var stream = ask.Request.Stream ?? false;
        return new UpstreamRequest(home.Path(context.TargetModel, stream), native, stream) { Dropped = fit.Dropped, Headers = home.Headers(stream) };
    }

    public static long MaxTokens(ChatRequest request, in TranslationContext context) =>
        request.OutputLimit ?? Math.Min(context.MaxOutput ?? SmallestMaximum, LargestMaximum);

    private static void Write(Utf8JsonWriter json, AnthropicAsk ask, RequestFit fit)
    {
        var request = ask.Request;
        if (ask.Home.Version is { } version) json.WriteString("anthropic_version"u8, version);
        else json.WriteString("model"u8, ask.Model);
        json.WriteNumber("max_tokens"u8, ask.MaxTokens);
        AnthropicBlocks.WriteMessages(json, request.Messages, fit);
        if (request.Stop is { Count: > 0 } stop)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (var sequence in stop) json.WriteStringValue(sequence);
            json.WriteEndArray();
        }

        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        AnthropicTools.Write(json, request, fit);
        WriteFormat(json, ChatFormats.Of(request, fit), fit);
        if (ask.Thinking is { } budget) AnthropicThinking.Write(json, budget);
        WriteTier(json, ask, fit);
        if ((ChatFields.Text(request, "safety_identifier") ?? ChatFields.Text(request, "user")) is { } user)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, user);
            json.WriteEndObject();
        }

        AnthropicBlocks.WriteCacheControl(json, request.Rest);
        if (request.Stream == true && ask.Home.BodyHasStream) json.WriteBoolean("stream"u8, true);
        foreach (var (name, value) in ask.Own)
        {
            if (name == "anthropic_version" && ask.Home.IsCloud) continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat? format, RequestFit fit)
    {
        switch (format?.Type)
        {
            case null or "text":
                return;
            case "json_schema" when format.JsonSchema?.Schema is { ValueKind: JsonValueKind.Object } schema:
                json.WriteStartObject("output_config"u8);
                json.WriteStartObject("format"u8);
                json.WriteString("type"u8, "json_schema"u8);
                json.WritePropertyName("schema"u8);
                schema.WriteTo(json);
                json.WriteEndObject();
                json.WriteEndObject();
                return;
            case "json_schema":
                fit.Fail("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
                return;
            default:
                fit.Unserved("response_format", "It has json_schema: send a schema.");
                return;
        }
    }

    /// <summary>The clouds have none to choose from.</summary>
    private static void WriteTier(Utf8JsonWriter json, AnthropicAsk ask, RequestFit fit)
    {
        switch (ChatFields.Text(ask.Request, "service_tier"))
        {
            case null:
            case "default" when ask.Home.IsCloud:
                return;
            case not null when ask.Home.IsCloud:
                fit.Unserved("service_tier");
                return;
            case "default" or "standard_only":
                json.WriteString("service_tier"u8, "standard_only"u8);
                return;
            case "priority":
                json.WriteString("service_tier"u8, "auto"u8);   // priority where the account has any
                return;
            default:
                fit.Unserved("service_tier");
                return;
        }
    }
}

/// <summary>A chat request with what was decided about it.</summary>
/// <param name="MaxTokens">Anthropic wants a number.</param>
internal sealed record AnthropicAsk(ChatRequest Request, string Model, AnthropicHome Home, long MaxTokens)
{
    /// <summary>Members that OpenAI does not know: Anthropic's own, as the client wrote them.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonElement>> Own { get; init; }

    /// <summary>Tokens for thinking; 0: it is switched off; null: the client does not ask.</summary>
    public required long? Thinking { get; init; }
}
