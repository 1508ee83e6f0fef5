using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From <c>thinking</c> and <c>output_config.effort</c> to <c>reasoning_effort</c>. The effort that a client names is sent; a budget for thinking becomes the nearest effort.</summary>
internal static class MessagesEffort
{
    /// <summary>How much of an answer each effort may think: the inverse of what the Anthropic translator does. The outer two only few models behind OpenAI's format know.</summary>
    private static readonly (string Effort, double Share)[] Shares = [("minimal", 0.1), ("low", 0.2), ("medium", 0.5), ("high", 0.8), ("xhigh", 0.95)];

    public static void Write(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var named = Named(request, ask);
        if (Effort(request, named, ask, out var thinking) is { } effort)
        {
            if (effort == named) ask.Places.Note(json, "output_config", "effort");
            else ask.Places.Note(json, "thinking");
            json.WriteString("reasoning_effort"u8, ChatEfforts.Nearest(effort, ask.Target.Efforts));
        }

        if (thinking.ValueKind != JsonValueKind.Object) return;
        json.WritePropertyName("thinking"u8);
        thinking.WriteTo(json);
    }

    /// <param name="named">The one that the client names.</param>
    /// <param name="own">What Claude behind a cloud's API is sent as it came: there it has the same field, and no effort says the same.</param>
    private static string? Effort(JsonElement request, string? named, MessagesAsk ask, out JsonElement own)
    {
        own = default;
        var isClaude = named is null && ask.Extended && ask.TargetModel.Contains("claude", StringComparison.OrdinalIgnoreCase);
        var thinking = ClientFields.Member(request, "thinking", JsonValueKind.Object, "", ask.Fit);
        if (thinking.ValueKind == JsonValueKind.Undefined) return named;
        MessagesMembers.Thinking.Check(thinking, "thinking", ask.Fit);
        switch (ClientFields.Text(thinking, "type", "thinking.", ask.Fit))
        {
            case "adaptive":
                if (isClaude) own = thinking;
                return named;   // as much as the model likes is what happens where nothing is said
            case "disabled" when ask.Extended || ask.Target.Efforts?.Contains("none") == true:
                return "none";
            case "disabled":
                // Many models refuse `none`, and some the whole field: they think as they do by themselves.
                if (named is null) ask.Fit.Drop("thinking");
                return named;
            case "enabled":
                var budget = OfBudget(request, thinking, ask);
                if (isClaude && budget is not null) own = thinking;
                return isClaude || budget is null ? null : named ?? budget;
            default:
                ask.Fit.Fail("'thinking.type' must be enabled, adaptive or disabled.", "thinking.type");
                return null;
        }
    }

    private static string? Named(JsonElement request, MessagesAsk ask)
    {
        var config = ClientFields.Member(request, "output_config", JsonValueKind.Object, "", ask.Fit);
        switch (ClientFields.Text(config, "effort", "output_config.", ask.Fit))
        {
            case null:
                return null;
            case "max":
                return "xhigh";
            case var effort when effort is "low" or "medium" or "high" or "xhigh":
                return effort;
            default:
                ask.Fit.Fail("'output_config.effort' must be low, medium, high, xhigh or max.", "output_config.effort");
                return null;
        }
    }

    private static string? OfBudget(JsonElement request, JsonElement thinking, MessagesAsk ask)
    {
        if (ClientFields.Member(thinking, "budget_tokens") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt64(out var budget) || budget < 1)
        {
            ask.Fit.Fail("'thinking.budget_tokens' must be a whole number, 1 at least.", "thinking.budget_tokens");
            return null;
        }

        // A count has no bound of the answer: what is thought is not in the prompt.
        var limit = ClientFields.Member(request, "max_tokens") is { ValueKind: JsonValueKind.Number } most && most.TryGetInt64(out var tokens) && tokens > 0 ? tokens : budget * 2;
        var share = (double)budget / limit;
        return (ask.Extended ? Shares : Shares[1..^1]).MinBy(s => Math.Abs(s.Share - share)).Effort;
    }
}
