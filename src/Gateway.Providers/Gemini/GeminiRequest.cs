using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>From a chat request to a request for content, or to the 400 that names what Gemini cannot serve.</summary>
internal static class GeminiRequest
{
    public const string Name = "Gemini";

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = ChatTurns.Read(body);
        if (!read.IsOk) return read.Error;
        var fit = new RequestFit(Name, context.DropParams);
        var members = ChatFields.Sort(read.Value, fit, "n", "seed", "logprobs", "top_logprobs", "frequency_penalty", "presence_penalty", "reasoning_effort", "modalities", "web_search_options");
        var own = GeminiOwn.Of(members, fit);
        var request = own.Bind(read.Value, fit);
        var ask = new GeminiAsk(request, context.TargetModel, own);
        ChatHints.NameLost(request, Hints.Signatures | Hints.Images | Hints.Videos | Hints.MediaType, fit);
        var native = RequestJson.Write((ask, fit), body.Length, static (json, state) => Write(json, state.ask, state.fit));
        if (fit.Error is { } error) return error;
        var stream = request.Stream ?? false;
        return new UpstreamRequest(GeminiModels.Path(context.TargetModel, stream ? "streamGenerateContent?alt=sse" : "generateContent"), native, stream)
        {
            Dropped = fit.Dropped,
            Memory = request.N,
        };
    }

    private static void Write(Utf8JsonWriter json, GeminiAsk ask, RequestFit fit)
    {
        new GeminiTurns(json, ask, fit).Write();
        GeminiTools.Write(json, ask, fit);
        GeminiGeneration.Write(json, ask, fit);
        foreach (var (name, value) in ask.Own.TopLevel)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}

/// <summary>A chat request with what was decided about it.</summary>
/// <param name="Own">Members that OpenAI does not know.</param>
internal sealed record GeminiAsk(ChatRequest Request, string Model, GeminiOwn Own);
