namespace Gateway.Core.Wire.OpenAI;

/// <summary>One event of a stream: the JSON after <c>data:</c>. Called for events that may say more than text, so correctness comes first; nothing is allocated.</summary>
public static class OpenAIEvent
{
    /// <returns>False where the payload is not exactly one well-formed JSON object.</returns>
    public static bool Scan(ReadOnlySpan<byte> payload, out EventScan scan)
    {
        var valid = OpenAITopLevel.TryRead(payload, out var found);
        scan = new EventScan
        {
            Usage = found.Usage,
            HasError = found.HasError,
            ChoicesEmpty = found.ChoicesEmpty,
            Finished = found.Finished,
            Tier = found.Tier,
            ContentBytes = found.ContentBytes,
        };
        return valid;
    }
}
