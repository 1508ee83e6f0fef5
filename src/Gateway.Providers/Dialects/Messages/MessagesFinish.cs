using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>How an answer ended, from OpenAI's finish reasons to Anthropic's stop reasons.</summary>
/// <param name="Reason">Anthropic's <c>stop_reason</c>.</param>
/// <param name="Sequence">Anthropic's <c>stop_sequence</c>: the one that was met, as far as anybody knows.</param>
internal readonly record struct MessagesFinish(string Reason, string? Sequence)
{
    private const string ToolUse = "tool_use";

    private const string StopSequence = "stop_sequence";

    /// <summary>Some write them in capitals (Cohere).</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase) { "end_turn", "max_tokens", StopSequence, ToolUse, "pause_turn", "refusal", "model_context_window_exceeded" };

    /// <summary>The provider's own word, where it is another; null: there is none.</summary>
    public string? Native { get; private init; }

    /// <summary>What the provider says of the end; null: nothing.</summary>
    public string? NativeMessage { get; private init; }

    /// <param name="calls">The answer has calls of tools: clients run them only where the reason says so, and some providers say <c>stop</c> all the same.</param>
    /// <param name="refused">The answer is a refusal, by a member of its own.</param>
    /// <param name="stops">The stop sequences that were asked for.</param>
    public static MessagesFinish Of(in MessagesFinishWords said, bool calls, bool refused, IReadOnlyList<string> stops)
    {
        var sequence = said.Sequence ?? (said.Matched is { } matched && stops.Contains(matched, StringComparer.Ordinal) ? matched : null);
        var reason = ReasonOf(said.Finish, said.Native, calls, refused);
        if (reason == "end_turn" && sequence is not null) reason = StopSequence;
        if (reason != StopSequence) sequence = null;
        else sequence ??= stops.Count == 1 ? stops[0] : null;   // of one it can only be that
        return new(reason, sequence) { Native = said.Native == reason ? null : said.Native, NativeMessage = said.NativeMessage };
    }

    /// <summary>Members of the message, or of its last delta.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("stop_reason"u8, Reason);
        json.WriteString("stop_sequence"u8, Sequence);
        if (Native is not null) json.WriteString("native_finish_reason"u8, Native);
        if (NativeMessage is not null) json.WriteString("native_finish_message"u8, NativeMessage);
    }

    private static string ReasonOf(string? finish, string? native, bool calls, bool refused)
    {
        var reason = native is not null && Own.TryGetValue(native, out var own) ? own : finish switch
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

/// <summary>What a chat choice says of its end.</summary>
/// <param name="Native">The provider's own word, which is taken where it is one of Anthropic's.</param>
/// <param name="Sequence">The stop sequence that was met.</param>
/// <param name="Matched">What some servers say in its place, and in other cases too: it counts where it is one that was asked for.</param>
/// <param name="NativeMessage">What the provider says of the end.</param>
internal readonly record struct MessagesFinishWords(string? Finish, string? Native, string? Sequence, string? Matched, string? NativeMessage);
