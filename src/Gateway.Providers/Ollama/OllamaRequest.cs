using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>From a chat request to Ollama's, or to the 400 that names what Ollama cannot serve.</summary>
internal static class OllamaRequest
{
    public const string Name = "Ollama";

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = ChatTurns.Read(body);
        if (!read.IsOk) return read.Error;
        var fit = new RequestFit(Name, context.DropParams);
        var ask = new OllamaAsk(read.Value, context.TargetModel)
        {
            Own = ChatFields.Sort(read.Value, fit, OllamaOptions.Member, OllamaOptions.TopK, "seed", "frequency_penalty", "presence_penalty", "reasoning_effort"),
        };
        ChatHints.NameLost(read.Value, Hints.Reasoning, fit);
        var native = RequestJson.Write((ask, fit), body.Length, static (json, state) => Write(json, state.ask, state.fit));
        return fit.Error is { } error ? error : new UpstreamRequest("api/chat", native, ask.Request.Stream ?? false) { Dropped = fit.Dropped };
    }

    private static void Write(Utf8JsonWriter json, OllamaAsk ask, RequestFit fit)
    {
        var request = ask.Request;
        json.WriteString("model"u8, ask.Model);
        OllamaTurns.Write(json, request.Messages, fit);
        OllamaTools.Write(json, request, fit);
        WriteFormat(json, ChatFormats.Of(request, fit), fit);
        WriteThink(json, request, fit);
        OllamaOptions.Write(json, request, fit);
        json.WriteBoolean("stream"u8, request.Stream ?? false);   // it streams where nobody says
        foreach (var (name, value) in ask.Own)
        {
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
            case "json_object":
                json.WriteString("format"u8, "json"u8);
                return;
            case "json_schema" when format.JsonSchema?.Schema is { ValueKind: JsonValueKind.Object } schema:
                json.WritePropertyName("format"u8);
                schema.WriteTo(json);
                return;
            case "json_schema":
                fit.Fail("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
                return;
            default:
                fit.Unserved("response_format", "It has json_object and json_schema.");
                return;
        }
    }

    /// <summary>A client that knows Ollama's own <c>think</c> sends that, and it passes through.</summary>
    private static void WriteThink(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (ChatFields.Text(request, "reasoning_effort") is not { } effort || request.Rest?.ContainsKey("think") == true) return;
        var think = effort switch
        {
            "none" => "",
            "minimal" or "low" => "low",
            "medium" or "high" => effort,
            "xhigh" or "max" => "max",
            _ => null,
        };
        if (think is null) fit.Fail("'reasoning_effort' must be none, minimal, low, medium, high or xhigh.", "reasoning_effort");
        else if (think.Length == 0) json.WriteBoolean("think"u8, false);
        else json.WriteString("think"u8, think);
    }
}

/// <summary>A chat request with what was decided about it.</summary>
internal sealed record OllamaAsk(ChatRequest Request, string Model)
{
    /// <summary>Members that OpenAI does not know: Ollama's own (keep_alive, think …), as the client wrote them.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonElement>> Own { get; init; }
}
