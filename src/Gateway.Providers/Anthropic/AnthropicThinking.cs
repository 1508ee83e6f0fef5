using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From <c>reasoning_effort</c> to a budget for thinking. A client that knows Anthropic's own <c>thinking</c> sends that, and it passes through.</summary>
internal static class AnthropicThinking
{
    /// <summary>Anthropic takes no less.</summary>
    private const long Least = 1024;

    private const long Most = 32_000;

    private const string Member = "thinking";

    /// <returns>Tokens; 0: switched off; null: not asked for.</returns>
    public static long? Read(ChatRequest request, long maxTokens, RequestFit fit)
    {
        if (ChatFields.Text(request, "reasoning_effort") is not { } effort || ChatFields.Find(request, "thinking") is not null) return null;
        if (effort == "none") return 0;
        if (Share(effort) is not { } share)
        {
            fit.Fail("'reasoning_effort' must be none, minimal, low, medium, high or xhigh.", "reasoning_effort");
            return null;
        }

        if (AnthropicToolLoop.LacksThought(request.Messages))
        {
            // It refuses to think on in the middle of a turn whose beginning it does not recognise.
            fit.Drop("reasoning_effort");
            return null;
        }

        if (maxTokens > Least) return Math.Clamp((long)(maxTokens * share), Least, Math.Min(Most, maxTokens - 1));
        fit.Unserved("reasoning_effort", $"Thinking takes {Least} tokens at least: raise 'max_completion_tokens' above that.");
        return null;
    }

    public static void Write(Utf8JsonWriter json, long budget)
    {
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, budget == 0 ? "disabled"u8 : "enabled"u8);
        if (budget > 0) json.WriteNumber("budget_tokens"u8, budget);
        json.WriteEndObject();
    }

    /// <summary>How much of the answer may be thought.</summary>
    private static double? Share(string effort) => effort switch
    {
        "minimal" => 0.1,
        "low" => 0.2,
        "medium" => 0.5,
        "high" => 0.8,
        "xhigh" or "max" => 0.95,
        _ => null,
    };
}
