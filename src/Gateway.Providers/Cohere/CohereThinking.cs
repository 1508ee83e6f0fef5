using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From <c>reasoning_effort</c> to Cohere's switch and budget. A client that knows Cohere's own <c>thinking</c> sends that, and it passes through.</summary>
internal static class CohereThinking
{
    public static void Write(Utf8JsonWriter json, ChatRequest request, RequestFit fit)
    {
        if (ChatFields.Text(request, "reasoning_effort") is not { } effort || ChatFields.Find(request, "thinking") is not null) return;
        if (effort is not ("none" or "minimal" or "low" or "medium" or "high" or "xhigh" or "max"))
        {
            fit.Fail("'reasoning_effort' must be none, minimal, low, medium, high or xhigh.", "reasoning_effort");
            return;
        }

        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, effort == "none" ? "disabled"u8 : "enabled"u8);
        if (Budget(effort) is { } budget) json.WriteNumber("token_budget"u8, budget);
        json.WriteEndObject();
    }

    /// <summary>Tokens; null: as many as it takes.</summary>
    private static long? Budget(string effort) => effort switch
    {
        "minimal" => 512,
        "low" => 1024,
        "medium" => 4096,
        _ => null,
    };
}
