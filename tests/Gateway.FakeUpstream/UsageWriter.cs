using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>Writes token counts, right ones and wrong ones.</summary>
internal static class UsageWriter
{
    /// <summary>A usage object of any dialect, or null where the script says so.</summary>
    public static void Open(Utf8JsonWriter json, Script script, Action<Utf8JsonWriter> counts)
    {
        json.WritePropertyName("usage");
        if (script.Usage == UsageShape.Null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        counts(json);
        json.WriteEndObject();
    }

    /// <param name="completion">Completion tokens so far.</param>
    public static void Write(Utf8JsonWriter json, Script script, long prompt, long completion) => Open(json, script, usage =>
    {
        usage.WriteNumber("prompt_tokens", prompt);
        usage.WritePropertyName("completion_tokens");
        WriteCount(usage, script.Usage, completion);
        usage.WriteNumber("total_tokens", prompt + completion);
        usage.WriteStartObject("prompt_tokens_details");
        usage.WriteNumber("cached_tokens", script.CachedTokens);
        usage.WriteNumber("audio_tokens", 0);
        usage.WriteEndObject();
        usage.WriteStartObject("completion_tokens_details");
        usage.WriteNumber("reasoning_tokens", script.ReasoningTokens);
        usage.WriteNumber("audio_tokens", 0);
        usage.WriteEndObject();
    });

    /// <summary>Of embeddings, which have a prompt and nothing else.</summary>
    public static void WritePrompt(Utf8JsonWriter json, Script script, long prompt) => Open(json, script, usage =>
    {
        usage.WritePropertyName("prompt_tokens");
        WriteCount(usage, script.Usage, prompt);
        usage.WriteNumber("total_tokens", prompt);
    });

    public static void WriteCount(Utf8JsonWriter json, UsageShape shape, long count)
    {
        switch (shape)
        {
            case UsageShape.Negative:
                json.WriteNumberValue(-count);
                break;
            case UsageShape.Huge:
                json.WriteRawValue("99999999999999999999999");
                break;
            case UsageShape.Fraction:
                json.WriteNumberValue(count + 0.5m);
                break;
            case UsageShape.Quoted:
                json.WriteStringValue(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteNumberValue(count);
                break;
        }
    }
}
