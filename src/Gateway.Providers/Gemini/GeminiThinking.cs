using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>From <c>reasoning_effort</c> to <c>thinkingConfig</c>. A client that knows Gemini's own sends that, and it passes through.</summary>
internal static class GeminiThinking
{
    /// <summary>Less than this the larger models of the second generation do not take: they always think.</summary>
    private const int LeastOfPro = 128;

    public static void Write(Utf8JsonWriter json, GeminiAsk ask, RequestFit fit)
    {
        if (ChatFields.Text(ask.Request, "reasoning_effort") is not { } effort) return;
        if (effort is not ("none" or "minimal" or "low" or "medium" or "high" or "xhigh" or "max"))
        {
            fit.Fail("'reasoning_effort' must be none, minimal, low, medium, high or xhigh.", "reasoning_effort");
            return;
        }

        json.WriteStartObject("thinkingConfig"u8);
        if (effort != "none") json.WriteBoolean("includeThoughts"u8, true);
        if (GeminiModels.IsThirdOrLater(ask.Model)) json.WriteString("thinkingLevel"u8, Level(effort, GeminiModels.IsPro(ask.Model)));
        else json.WriteNumber("thinkingBudget"u8, Budget(effort, GeminiModels.IsPro(ask.Model)));
        json.WriteEndObject();
    }

    /// <summary>Thinking cannot be switched off from the third generation on: none is as little as there is.</summary>
    private static string Level(string effort, bool isPro) => effort switch
    {
        "none" or "minimal" => isPro ? "low" : "minimal",
        "low" => "low",
        "medium" => "medium",
        _ => "high",
    };

    /// <summary>Tokens, as Google's OpenAI endpoint has them (https://ai.google.dev/gemini-api/docs/openai).</summary>
    private static int Budget(string effort, bool isPro) => effort switch
    {
        "none" => isPro ? LeastOfPro : 0,
        "minimal" or "low" => 1024,
        "medium" => 8192,
        _ => 24_576,
    };
}
