using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>From everything beside input and tools to chat's names of it.</summary>
internal static class ResponsesOptions
{
    private const string Format = "text.format";

    public static void Write(Utf8JsonWriter json, ResponsesAsk ask)
    {
        WriteLimit(json, ask);
        foreach (var name in (ReadOnlySpan<string>)["temperature", "top_p"]) Copy(json, ask, name, JsonValueKind.Number, "must be a number");
        if (ask.Target.Reach != ChatReach.OpenAI) Copy(json, ask, "top_k", JsonValueKind.Number, "must be a number");
        foreach (var name in ResponsesFields.OfChat)
        {
            if (ask.Find(name) is { } value) ResponsesAsk.Copy(json, name, value);
        }

        WriteReasoning(json, ask);
        WriteText(json, ask);
        WriteLogprobs(json, ask);
        WriteBookkeeping(json, ask);
        ResponsesMembers.StreamOptions.Check(ask.Find("stream_options") ?? default, "stream_options", ask.Fit);
        if (ask.Find("stream") is { ValueKind: JsonValueKind.False } or null) return;
        if (ask.Find("stream") is { ValueKind: not JsonValueKind.True }) ask.Fit.Fail("'stream' must be true or false.", "stream");
        json.WriteBoolean("stream"u8, true);
        ask.Places.Note(json, "stream");
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter json, ResponsesAsk ask, string name, JsonValueKind kind, string expected)
    {
        if (ask.Find(ask.Root, name, name, kind, expected) is { } value) ResponsesAsk.Copy(json, name, value);
    }

    private static void WriteLimit(Utf8JsonWriter json, ResponsesAsk ask)
    {
        if (ask.Find("max_output_tokens") is not { } limit) return;
        if (limit.ValueKind != JsonValueKind.Number || !limit.TryGetInt32(out var tokens) || tokens < 1) ask.Fit.Fail("'max_output_tokens' must be a whole number, 1 at least.", "max_output_tokens");
        else
        {
            ask.Places.Note(json, "max_output_tokens");
            json.WriteNumber(ask.Target.OutputLimit == ChatOutputLimit.MaxTokens ? "max_tokens"u8 : "max_completion_tokens"u8, tokens);
        }
    }

    /// <summary>A summary needs nothing: thoughts are shown where the provider shows them.</summary>
    private static void WriteReasoning(Utf8JsonWriter json, ResponsesAsk ask)
    {
        if (ask.Find(ask.Root, "reasoning", "reasoning", JsonValueKind.Object, "must be an object") is not { } reasoning) return;
        foreach (var member in reasoning.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            switch (member.Name)
            {
                case "summary" or "generate_summary":
                case "mode" when ResponsesFields.Is(member.Value, "standard"):
                case "context" when ResponsesFields.Is(member.Value, "auto"):
                    break;
                case "effort" when member.Value.ValueKind == JsonValueKind.String:
                    ask.Places.Note(json, "reasoning", "effort");
                    if (ask.Target.Efforts is null) ResponsesAsk.CopyText(json, "reasoning_effort"u8, member.Value);
                    else json.WriteString("reasoning_effort"u8, ChatEfforts.Nearest(member.Value.GetString()!, ask.Target.Efforts));
                    break;
                case "effort":
                    ask.Fit.Fail("'reasoning.effort' must be a string.", "reasoning.effort");
                    break;
                default:
                    ask.Fit.Unserved("reasoning." + member.Name);
                    break;
            }
        }
    }

    private static void WriteText(Utf8JsonWriter json, ResponsesAsk ask)
    {
        if (ask.Find(ask.Root, "text", "text", JsonValueKind.Object, "must be an object") is not { } text) return;
        foreach (var member in text.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            switch (member.Name)
            {
                case "format":
                    WriteFormat(json, ask, member.Value);
                    break;
                case "verbosity" when ResponsesFields.Is(member.Value, "medium"):   // what there is without it: most do not know the member
                    break;
                case "verbosity" when ask.Target.Reach != ChatReach.Translated && member.Value.ValueKind == JsonValueKind.String:
                    ask.Places.Note(json, "text", "verbosity");
                    ResponsesAsk.CopyText(json, "verbosity"u8, member.Value);
                    break;
                default:
                    ask.Fit.Unserved("text." + member.Name);
                    break;
            }
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ResponsesAsk ask, JsonElement format)
    {
        if (JsonType(format) is "text" or "json_object") ResponsesMembers.Format.Check(format, Format, ask.Fit);
        switch (JsonType(format))
        {
            case "text":
                return;
            case "json_object":
                ask.Places.Note(json, Format);
                json.WriteStartObject("response_format"u8);
                ask.Places.Note(json, Format, "type");
                json.WriteString("type"u8, "json_object"u8);
                json.WriteEndObject();
                return;
            case "json_schema" when ResponsesAsk.Find(format, "schema") is { ValueKind: JsonValueKind.Object }:
                ask.Places.Note(json, Format);
                json.WriteStartObject("response_format"u8);
                ResponsesMembers.SchemaFormat.Check(format, Format, ask.Fit);
                ask.Places.Note(json, Format, "type");
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("json_schema"u8);
                foreach (var member in format.EnumerateObject())
                {
                    if (member.Name == "type" || member.Value.ValueKind == JsonValueKind.Null || !ResponsesMembers.SchemaFormat.Has(member)) continue;
                    ask.Places.Note(json, Format, member.Name, isCopy: true);
                    ResponsesAsk.Copy(json, member.Name, member.Value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
                return;
            case "json_schema":
                ask.Fit.Fail("'text.format.schema' must be a JSON schema.", "text.format.schema");
                return;
            default:
                ask.Fit.Unserved(Format, "It has text, json_object and json_schema.");
                return;
        }
    }

    /// <summary>What an answer is to hold beside its words. Parts of the encrypted thoughts are always there, since nothing is stored.</summary>
    private static void WriteLogprobs(Utf8JsonWriter json, ResponsesAsk ask)
    {
        string? wanted = null;
        var include = ask.Find(ask.Root, "include", "include", JsonValueKind.Array, "must be a list");
        foreach (var (i, item) in (include?.EnumerateArray() ?? default).Index())
        {
            if (ResponsesFields.Is(item, "message.output_text.logprobs")) wanted ??= $"include[{i}]";
            else if (!ResponsesFields.Is(item, "reasoning.encrypted_content")) ask.Fit.Unserved($"include[{i}]");
        }

        if (ask.Find(ask.Root, "top_logprobs", "top_logprobs", JsonValueKind.Number, "must be a whole number") is { } top && !(top.TryGetInt32(out var count) && count == 0))
        {
            ResponsesAsk.Copy(json, "top_logprobs", top);
            wanted ??= "top_logprobs";
        }

        if (wanted is null) return;
        ask.Places.Note(json, wanted);
        json.WriteBoolean("logprobs"u8, true);
    }

    /// <summary>Hints and records. OpenAI's own are refused by many that are compatible with it, and the answer is the same without.</summary>
    private static void WriteBookkeeping(Utf8JsonWriter json, ResponsesAsk ask)
    {
        foreach (var name in (ReadOnlySpan<string>)["user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options"])
        {
            if (ask.Find(name) is not { } value) continue;
            if (ask.Target.Reach == ChatReach.Compatible && name != "user") ask.Fit.Drop(name);
            else ResponsesAsk.Copy(json, name, value);
        }

        if (ask.Find("service_tier") is { } tier && !ResponsesFields.Is(tier, "auto")) ResponsesAsk.Copy(json, "service_tier", tier);
    }

    private static string? JsonType(JsonElement of) => Shared.JsonFields.Text(of, "type");
}
