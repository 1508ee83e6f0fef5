using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From a request for a message to a chat request, or to the 400 that names what chat has no place for.</summary>
internal static class MessagesRequest
{
    private static readonly HashSet<string> Served =
    [
        "model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "thinking", "output_config", "output_format", "metadata",
        "service_tier",
    ];

    /// <summary>Without them the answer is as valid: where a cache ends, how a context that grew long is cut, which betas the SDK put into the body.</summary>
    private static readonly HashSet<string> Hints = ["betas", "cache_control", "context_management"];

    /// <param name="counts">The prompt is only to be counted: nobody says how long an answer may be, and nothing is refused for what a provider cannot serve.</param>
    public static Outcome<ChatForm> Build(ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target, bool counts = false)
    {
        var reader = new Utf8JsonReader(body);
        JsonDocument document;
        try
        {
            document = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return OpenAIRequest.Invalid("The body is not a well-formed request.", null);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) return OpenAIRequest.Invalid("The body must be a JSON object.", null);
            var ask = new MessagesAsk(context, target, context.DropParams || counts);
            var chat = RequestJson.Write((ask, document.RootElement, counts), body.Length + 1024, static (json, state) => Write(json, state.RootElement, state.ask, state.counts));
            return ask.Fit.Error is { } error ? error : new ChatForm(chat, ask.Fit.Dropped, MessagesRemembered.Of(ask)) { Places = ask.Places.In(chat) };
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement request, MessagesAsk ask, bool counts)
    {
        json.WriteString("model"u8, ClientFields.Text(request, "model", "", ask.Fit) is { Length: > 0 } model ? model : ask.TargetModel);
        if (!counts) WriteLimit(json, request, ask);
        MessagesTurns.Write(json, request, ask);
        if (ClientFields.Flag(request, "stream", "", ask.Fit) == true) json.WriteBoolean("stream"u8, true);
        WriteNumber(json, request, "temperature", ask);
        WriteNumber(json, request, "top_p", ask);
        WriteTopK(json, request, ask);
        WriteStops(json, request, ask);
        MessagesTools.Write(json, request, ask);
        MessagesEffort.Write(json, request, ask);
        MessagesFormat.Write(json, request, ask);
        WriteUser(json, request, ask);
        WriteTier(json, request, ask);
        foreach (var member in request.EnumerateObject())
        {
            if (Served.Contains(member.Name) || IsNeutral(member)) continue;
            if (Hints.Contains(member.Name)) ask.Fit.Drop(member.Name);
            else ask.Fit.Unserved(member.Name);
        }
    }

    private static bool IsNeutral(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => member.Value.GetArrayLength() == 0,
        JsonValueKind.String => member.Name == "speed" && member.Value.ValueEquals("standard"u8),
        _ => false,
    };

    private static void WriteLimit(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var limit = ClientFields.Member(request, "max_tokens");
        if (limit.ValueKind == JsonValueKind.Undefined) ask.Fit.Fail("max_tokens: Field required", "max_tokens");   // Anthropic's words
        else if (limit.ValueKind != JsonValueKind.Number || !limit.TryGetInt32(out var tokens) || tokens < 1) ask.Fit.Fail("'max_tokens' must be a whole number, 1 at least.", "max_tokens");
        else
        {
            ask.Places.Note(json, "max_tokens");
            json.WriteNumber(ask.Target.OutputLimit == ChatOutputLimit.MaxTokens ? "max_tokens"u8 : "max_completion_tokens"u8, tokens);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, JsonElement request, string name, MessagesAsk ask)
    {
        if (ClientFields.Member(request, name, JsonValueKind.Number, "", ask.Fit) is not { ValueKind: JsonValueKind.Number } number) return;
        json.WritePropertyName(name);
        number.WriteTo(json);
    }

    private static void WriteTopK(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        if (ask.Target.Reach != ChatReach.OpenAI) WriteNumber(json, request, "top_k", ask);
        else if (ClientFields.Member(request, "top_k").ValueKind != JsonValueKind.Undefined) ask.Fit.Unserved("top_k");
    }

    private static void WriteStops(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        const string name = "stop_sequences";
        const int most = 4;
        if (ClientFields.Member(request, name, JsonValueKind.Array, "", ask.Fit) is not { ValueKind: JsonValueKind.Array } stops || stops.GetArrayLength() == 0) return;
        var sent = stops.GetArrayLength();
        if (sent > most && ask.Target.Reach == ChatReach.OpenAI)
        {
            ask.Fit.Unserved(name, $"It takes {most} at most.");
            sent = most;
        }

        ask.Places.Note(json, name, isCopy: true);
        json.WriteStartArray("stop"u8);
        foreach (var (i, stop) in stops.EnumerateArray().Take(sent).Index())   // an index into the list would walk it from its beginning
        {
            if (stop.ValueKind != JsonValueKind.String)
            {
                ClientFields.WrongType($"{name}[{i}]", JsonValueKind.String, ask.Fit);
                continue;
            }

            stop.WriteTo(json);
            ask.Stops.Add(stop.GetString()!);
        }

        json.WriteEndArray();
    }

    private static void WriteUser(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var metadata = ClientFields.Member(request, "metadata", JsonValueKind.Object, "", ask.Fit);
        MessagesMembers.Metadata.Check(metadata, "metadata", ask.Fit);
        if (ClientFields.Text(metadata, "user_id", "metadata.", ask.Fit) is not { Length: > 0 } user) return;
        ask.Places.Note(json, "metadata", "user_id");
        if (ask.Extended) json.WriteString("user"u8, user);
        else if (ask.Target.Reach == ChatReach.OpenAI) json.WriteString("user"u8, MessagesUser.Short(user));
        // Some compatible servers refuse a field that they do not know, and this one is for the provider's records only.
    }

    private static void WriteTier(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        switch (ClientFields.Text(request, "service_tier", "", ask.Fit))
        {
            case null or "auto":
                return;
            case "standard_only" when ask.Target.Reach == ChatReach.Compatible:
                ask.Fit.Drop("service_tier");   // most have no other
                return;
            case "standard_only":
                json.WriteString("service_tier"u8, "default"u8);
                return;
            default:
                ask.Fit.Fail("'service_tier' must be auto or standard_only.", "service_tier");
                return;
        }
    }
}
