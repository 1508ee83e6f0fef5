namespace Gateway.Core.Wire.OpenAI;

/// <summary>A complete reply: a chat completion, a completion, a list of embeddings, or an error. One pass, nothing allocated.</summary>
public static class OpenAIReply
{
    /// <returns>False where the body is not exactly one well-formed JSON object: cut, garbled, or followed by something.</returns>
    public static bool Scan(ReadOnlySpan<byte> body, out ReplyScan scan)
    {
        var valid = OpenAITopLevel.TryRead(body, out var found);
        scan = new ReplyScan
        {
            Usage = found.Usage,
            Model = found.Model,
            Tier = found.Tier,
            HasError = found.HasError,
            IsFinished = !found.Choices.IsEmpty && !found.HasOpenChoice,
            ContentBytes = found.ContentBytes,
        };
        return valid;
    }
}
