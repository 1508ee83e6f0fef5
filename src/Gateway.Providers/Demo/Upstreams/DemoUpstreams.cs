using System.Text.Json;
using Gateway.Providers.Demo.Model;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>
/// The demo model behind the wire format of every provider, each below its own prefix: what the gateway's providers are pointed at by people who develop with it, and by its tests.
/// </summary>
public static class DemoUpstreams
{
    private static readonly IReadOnlyList<IDemoUpstream> All = [new OpenAI.OpenAIUpstream(), new AzureOpenAI.AzureUpstream(), new Mistral.MistralUpstream(), new Anthropic.AnthropicUpstream(), new Gemini.GeminiUpstream(), new Gemini.VertexUpstream(), new Cohere.CohereUpstream(), new Ollama.OllamaUpstream(), new Bedrock.BedrockUpstream()];

    public static IReadOnlyList<DemoPlace> Places { get; } = [.. All.Select(static u => u.Place)];

    public static DemoHttpReply Answer(DemoHttpRequest request)
    {
        var upstream = All.FirstOrDefault(u => request.Path.StartsWith(u.Place.Prefix + "/", StringComparison.Ordinal));
        if (upstream is null) return Nowhere(request.Path);
        var exchange = new DemoExchange(request, request.Path[(upstream.Place.Prefix.Length + 1)..]);
        var spoken = Answer(upstream, exchange);
        return exchange.Problem is { } problem ? Failure(upstream.Error(problem, exchange), exchange.Script) : Success(spoken!, exchange.Script);
    }

    private static DemoSpoken? Answer(IDemoUpstream upstream, DemoExchange exchange)
    {
        if (upstream.Place.Key.Length > 0 && string.IsNullOrEmpty(upstream.Credential(exchange.Http))) exchange.Fail(DemoProblem.NoCredential);
        if (upstream.Credential(exchange.Http) == "wrong") exchange.Fail(DemoProblem.WrongCredential);
        var endpoint = upstream.Find(exchange.Path);
        if (endpoint is null || exchange.Http.Method != "POST") exchange.Fail(DemoProblem.NoSuchPath(exchange.Http.Path));
        if (exchange.Problem is not null) return null;
        using var body = Parse(exchange.Http.Body.Span);
        if (body is null)
        {
            exchange.Fail(DemoProblem.NoJson);
            return null;
        }

        exchange.Body = body.RootElement;
        return endpoint!.Answer(exchange);
    }

    /// <summary>Null where it is no JSON object, or has strings that are no text.</summary>
    private static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        if (!JsonText.IsText(body)) return null;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
            var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind == JsonValueKind.Object && reader.BytesConsumed + Blank(body[(int)reader.BytesConsumed..]) == body.Length) return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Blank(ReadOnlySpan<byte> rest) => rest.IndexOfAnyExcept(" \t\r\n"u8) is >= 0 and var at ? at : rest.Length;

    private static DemoHttpReply Success(DemoSpoken spoken, DemoScript script)
    {
        var cut = script.Act is DemoAct.Cut or DemoAct.Reset;
        if (spoken.Stage is { } stage)
            return new DemoHttpReply(200, spoken.ContentType, DemoPlay.Stream(spoken.Parts, script, stage)) { IsStream = true, IsCut = cut, Delay = script.Delay, Pace = script.Pace };
        var sent = DemoPlay.Whole(spoken.Parts[0], script);
        return new DemoHttpReply(200, spoken.ContentType, sent.IsEmpty ? [] : [sent]) { IsCut = cut, Length = sent.Length, Delay = script.Pace ?? script.Delay };
    }

    private static DemoHttpReply Failure(DemoErrorReply error, DemoScript script)
    {
        if (script is { Act: DemoAct.Error, Word: DemoScript.Empty }) return new DemoHttpReply(error.Status, "", []) { Length = 0 };
        if (script is { Act: DemoAct.Error, Word: DemoScript.Html })
        {
            var page = DemoPage.Of(error.Status);
            return new DemoHttpReply(error.Status, "text/html", [page]) { Length = page.Length };
        }

        return new DemoHttpReply(error.Status, error.ContentType, [error.Body]) { Headers = error.Headers, Length = error.Body.Length };
    }

    private static DemoHttpReply Nowhere(string path)
    {
        var body = NativeJson.Bytes(new NativeObject { ["error"] = $"The demo has nothing at '{path}'. It has: {string.Join(", ", Places.Select(static p => p.Prefix))}." });
        return new DemoHttpReply(404, "application/json", [body]) { Length = body.Length };
    }
}
