using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>From a request of the dialect to a chat request, or to the 400 that names what a chat request has no place for.</summary>
internal static class ResponsesRequest
{
    public static Outcome<ChatForm> ToChat(ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target)
    {
        var reader = new Utf8JsonReader(body);
        if (!JsonDocument.TryParseValue(ref reader, out var document)) return NoObject();
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) return NoObject();
            var fit = new RequestFit("This model", context.DropParams);
            var ask = new ResponsesAsk(document.RootElement, target, context.TargetModel, fit);
            ResponsesFields.Check(ask);
            var tools = new ResponsesTools(ask);
            var chat = RequestJson.Write((ask, tools), body.Length, static (json, state) => Write(json, state.ask, state.tools));
            return fit.Error is { } error ? error : new ChatForm(chat, fit.Dropped, ResponsesMemory.Of(ask, tools.Custom)) { Places = ask.Places.In(chat) };
        }
    }

    private static GatewayError NoObject() => OpenAIRequest.Invalid("The body must be a JSON object.", null);

    private static void Write(Utf8JsonWriter json, ResponsesAsk ask, ResponsesTools tools)
    {
        if (ask.Find(ask.Root, "model", "model", JsonValueKind.String, "must be a string") is { } named) ResponsesAsk.CopyText(json, "model"u8, named);
        else json.WriteString("model"u8, ask.TargetModel);
        new ResponsesInput(json, ask).Write();
        tools.Write(json);
        ResponsesOptions.Write(json, ask);
    }
}
