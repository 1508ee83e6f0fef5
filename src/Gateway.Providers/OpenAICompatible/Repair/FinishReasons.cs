using System.Text;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>Reasons to finish that OpenAI does not have, by the nearest that it has.</summary>
internal static class FinishReasons
{
    /// <summary>The generation failed: no reason of OpenAI's says so, and the answer must not pass for a whole one.</summary>
    public const string Failed = "error";

    /// <summary>Longer ones are nobody's reason.</summary>
    private const int MaxLength = 64;

    /// <returns>Null where it is one of OpenAI's already.</returns>
    public static string? Nearest(ReadOnlySpan<byte> raw)
    {
        if (IsOpenAIs(raw)) return null;
        return raw.Length > MaxLength ? "stop" : Encoding.UTF8.GetString(raw).ToLowerInvariant() switch
        {
            "length" or "max_tokens" or "max_length" or "model_length" or "context_length" or "model_context_window_exceeded" or "insufficient_system_resource" => "length",
            "tool_calls" or "tool_call" or "tool_use" => "tool_calls",
            "content_filter" or "content_filtered" or "safety" or "refusal" or "sensitive" or "recitation" or "prohibited_content" or "guardrail_intervened" => "content_filter",
            "function_call" => "function_call",
            "error" or "network_error" or "failed" => Failed,
            _ => "stop",   // eos, end_turn, stop_sequence …: the model came to an end by itself, as far as anybody can tell
        };
    }

    private static bool IsOpenAIs(ReadOnlySpan<byte> raw) =>
        raw.SequenceEqual("stop"u8) || raw.SequenceEqual("length"u8) || raw.SequenceEqual("tool_calls"u8) || raw.SequenceEqual("content_filter"u8) || raw.SequenceEqual("function_call"u8);
}
