namespace Gateway.Providers.Anthropic;

/// <summary>From Anthropic's stop reasons to OpenAI's finish reasons.</summary>
internal static class AnthropicFinish
{
    public static string Reason(string? stop) => stop switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",   // end_turn, stop_sequence, pause_turn, and what is newer than this list: the raw reason is shown beside
    };
}
