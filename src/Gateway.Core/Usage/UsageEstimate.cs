namespace Gateway.Core.Usage;

/// <summary>The gateway's own guess at what an attempt used, where its provider reports nothing that can be trusted.</summary>
/// <remarks>
/// Four bytes of UTF-8 a token: what English prose and code come to in the BPE vocabularies in use (o200k, cl100k). Other scripts take two to four bytes a
/// character and about one token each, so that they lie near it too; only short, dense text has fewer bytes a token. JSON around a prompt's messages counts
/// as prompt: providers charge tokens for the framing as well.
/// </remarks>
public static class UsageEstimate
{
    public const int BytesPerToken = 4;

    /// <param name="bodyBytes">Bytes of the request's body as it was sent.</param>
    /// <param name="contentBytes">Bytes of what the model wrote, as far as it was relayed.</param>
    /// <param name="contentEvents">Events of a stream that carried such bytes: each holds at least a token, so that the estimate is never below what was seen.</param>
    public static TokenUsage Of(long bodyBytes, long contentBytes, long contentEvents = 0) => new()
    {
        Input = Tokens(bodyBytes),
        Output = Math.Max(Tokens(contentBytes), contentEvents),
    };

    /// <summary>Of a stream that was cut: what was reported at its beginning, and the estimate of what was relayed of the answer.</summary>
    public static TokenUsage Opened(in TokenUsage reported, long contentBytes, long contentEvents) =>
        reported with { Output = Math.Max(reported.Output, Of(0, contentBytes, contentEvents).Output) };

    /// <summary>A usage without output for an answer that has some: it is wrong, and the estimate is to be taken.</summary>
    public static bool Contradicts(in TokenUsage reported, long contentBytes) => reported.Output == 0 && contentBytes > 0;

    private static long Tokens(long bytes) => (Math.Max(0, bytes) + BytesPerToken - 1) / BytesPerToken;
}
