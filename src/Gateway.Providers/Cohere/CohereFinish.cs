namespace Gateway.Providers.Cohere;

/// <summary>From Cohere's finish reasons to OpenAI's.</summary>
internal static class CohereFinish
{
    /// <summary>Reasons that say that the answer is not whole: it broke off.</summary>
    public static bool IsFailure(string? reason) => reason is "ERROR" or "TIMEOUT" or "USER_CANCEL";

    public static string Reason(string? reason) => reason switch
    {
        "MAX_TOKENS" or "ERROR_LIMIT" => "length",
        "TOOL_CALL" => "tool_calls",
        "ERROR_TOXIC" => "content_filter",
        _ => "stop",   // COMPLETE, STOP_SEQUENCE, and what is newer than this list: the raw reason is shown beside
    };
}
