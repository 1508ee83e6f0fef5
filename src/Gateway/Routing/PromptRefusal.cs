using Gateway.Core.Errors;

namespace Gateway.Routing;

/// <summary>Why a provider, or the gateway in its place, refused a prompt, where another model may take it. Providers have no common word for it: their codes are looked at, then what their messages say.</summary>
internal static class PromptRefusal
{
    internal enum Reason
    {
        Other,
        TooLong,
        ContentPolicy,
    }

    private static readonly string[] TooLongCodes = ["context_length_exceeded", "string_above_max_length", "model_max_prompt_tokens_exceeded"];

    private static readonly string[] ContentCodes = ["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "moderation_blocked", "data_inspection_failed"];

    private static readonly string[] TooLongWords =
    [
        "maximum context length", "context length exceeded", "context window", "prompt is too long", "input is too long", "too many tokens", "exceeds the maximum number of tokens",
        "input token count", "reduce the length of the messages", "exceed context limit",
    ];

    private static readonly string[] ContentWords = ["content management policy", "content policy", "safety system", "usage policies", "blocked by the safety"];

    public static Reason Of(GatewayError error)
    {
        if (error is { Kind: ErrorKind.InvalidRequest, UpstreamStatus: null, Code: NoCandidate.TooLong }) return Reason.TooLong;
        if (error.Kind is not (ErrorKind.UpstreamRejected or ErrorKind.BadUpstream) || error.UpstreamStatus is not (400 or 403 or 413 or 422)) return Reason.Other;
        if (Has(TooLongCodes, error.Code)) return Reason.TooLong;
        if (Has(ContentCodes, error.Code)) return Reason.ContentPolicy;
        return Says(TooLongWords, error.Message) ? Reason.TooLong : Says(ContentWords, error.Message) ? Reason.ContentPolicy : Reason.Other;
    }

    private static bool Has(string[] codes, string? code) => code is not null && codes.Contains(code, StringComparer.OrdinalIgnoreCase);

    private static bool Says(string[] words, string message) => Array.Exists(words, w => message.Contains(w, StringComparison.OrdinalIgnoreCase));
}
