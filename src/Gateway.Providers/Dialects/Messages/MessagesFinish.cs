namespace Gateway.Providers.Dialects.Messages;

/// <summary>From OpenAI's finish reasons to Anthropic's stop reasons.</summary>
internal static class MessagesFinish
{
    private const string ToolUse = "tool_use";

    private static readonly HashSet<string> Own = ["end_turn", "max_tokens", "stop_sequence", ToolUse, "pause_turn", "refusal", "model_context_window_exceeded"];

    /// <param name="native">The provider's own word, which is taken where it is one of Anthropic's.</param>
    /// <param name="calls">The answer has calls of tools: clients run them only where the reason says so, and some providers say <c>stop</c> all the same.</param>
    /// <param name="refused">The answer is a refusal, by a member of its own.</param>
    public static string Reason(string? finish, string? native, bool calls, bool refused)
    {
        var reason = native is not null && Own.Contains(native) ? native : finish switch
        {
            "length" => "max_tokens",
            "tool_calls" or "function_call" => ToolUse,
            "content_filter" => "refusal",
            _ => "end_turn",
        };
        if (reason != "end_turn") return reason;
        return refused ? "refusal" : calls ? ToolUse : reason;
    }
}
