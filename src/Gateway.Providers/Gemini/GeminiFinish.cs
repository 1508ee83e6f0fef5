namespace Gateway.Providers.Gemini;

/// <summary>From Gemini's finish reasons to OpenAI's.</summary>
internal static class GeminiFinish
{
    /// <param name="called">Whether the answer has calls: Gemini has no reason of its own for that.</param>
    public static string Reason(string? reason, bool called) => reason switch
    {
        "MAX_TOKENS" => "length",
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => "content_filter",
        _ => called ? "tool_calls" : "stop",   // STOP, and what is newer than this list or has no like (LANGUAGE, MALFORMED_FUNCTION_CALL, OTHER): the raw reason is shown beside
    };
}
