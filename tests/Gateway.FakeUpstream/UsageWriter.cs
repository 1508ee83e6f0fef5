using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>Writes token counts, right ones and wrong ones.</summary>
internal static class UsageWriter
{
    /// <param name="completion">Completion tokens so far.</param>
    public static void Write(Utf8JsonWriter json, Script script, long prompt, long completion)
    {
        json.WritePropertyName("usage");
        if (script.Usage == UsageShape.Null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", prompt);
        json.WritePropertyName("completion_tokens");
        WriteCount(json, script.Usage, completion);
        json.WriteNumber("total_tokens", prompt + completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", script.CachedTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", script.ReasoningTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Of embeddings, which have a prompt and nothing else.</summary>
    public static void WritePrompt(Utf8JsonWriter json, Script script, long prompt)
    {
        json.WritePropertyName("usage");
        if (script.Usage == UsageShape.Null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName("prompt_tokens");
        WriteCount(json, script.Usage, prompt);
        json.WriteNumber("total_tokens", prompt);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, UsageShape shape, long count)
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
