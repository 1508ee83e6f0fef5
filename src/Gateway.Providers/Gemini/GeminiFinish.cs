namespace Gateway.Providers.Gemini;

/// <summary>From Gemini's finish reasons to OpenAI's.</summary>
internal static class GeminiFinish
{
    /// <summary>Of a prompt that was not let through.</summary>
    public const string Blocked = "content_filter";

    /// <param name="called">Whether the answer has calls: Gemini has no reason of its own for that.</param>
    public static string Reason(string? reason, bool called) => reason switch
    {
        "MAX_TOKENS" => "length",
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => "content_filter",

        // The answer broke, and Google kept back what the model wrote: of OpenAI's reasons it is the only one that says so.
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MISSING_THOUGHT_SIGNATURE" or "MALFORMED_RESPONSE"
            or "LANGUAGE" or "OTHER" or "NO_IMAGE" or "IMAGE_OTHER" => "content_filter",
        _ => called ? "tool_calls" : "stop",   // STOP, and what is newer than this list: the raw reason is shown beside
    };
}
