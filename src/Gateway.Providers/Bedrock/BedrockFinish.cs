namespace Gateway.Providers.Bedrock;

/// <summary>From Bedrock's stop reasons to OpenAI's finish reasons.</summary>
internal static class BedrockFinish
{
    public static string Reason(string? stop) => stop switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "guardrail_intervened" or "content_filtered" => "content_filter",
        _ => "stop",   // end_turn, stop_sequence, and what has no like (malformed_tool_use) or is newer than this list: the raw reason is shown beside
    };
}
