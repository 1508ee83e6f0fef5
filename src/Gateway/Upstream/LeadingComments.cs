namespace Gateway.Upstream;

/// <summary>
/// Comment lines and empty ones in front of a stream's first event: some providers send them while a model thinks (OpenRouter's <c>: OPENROUTER PROCESSING</c>), and they are no part of an answer.
/// </summary>
internal struct LeadingComments
{
    private bool _isInside;

    /// <param name="bytes">The next ones, cut anywhere.</param>
    /// <returns>How many of them are no event's yet; all of them, where none has begun.</returns>
    public int Length(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (_isInside)
            {
                var end = bytes[at..].IndexOfAny((byte)'\r', (byte)'\n');
                if (end < 0) return bytes.Length;
                at += end;
                _isInside = false;
            }
            else if (bytes[at] == ':') _isInside = true;
            else if (bytes[at] is (byte)'\r' or (byte)'\n') at++;
            else break;
        }

        return at;
    }
}
