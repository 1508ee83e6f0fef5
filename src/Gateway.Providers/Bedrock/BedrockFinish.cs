using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From Bedrock's stop reasons to OpenAI's finish reasons.</summary>
internal static class BedrockFinish
{
    /// <summary>Where Claude says which stop sequence it was: nobody else does, and Converse only on request.</summary>
    public const string StopSequencePath = "/stop_sequence";

    /// <param name="modelFields">What was asked for of the model's own answer, by paths.</param>
    public static string? StopSequence(JsonElement modelFields) => JsonFields.Text(modelFields, StopSequencePath[1..]);

    public static string? StopSequence(ReadOnlySpan<byte> modelFields)
    {
        if (modelFields.IsEmpty || !JsonText.IsText(modelFields)) return null;
        var reader = new Utf8JsonReader(modelFields);
        return StopSequence(JsonElement.ParseValue(ref reader));
    }

    public static string Reason(string? stop) => stop switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "guardrail_intervened" or "content_filtered" => "content_filter",
        _ => "stop",   // end_turn, stop_sequence, and what has no like (malformed_tool_use) or is newer than this list: the raw reason is shown beside
    };
}
