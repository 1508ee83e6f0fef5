using System.Text;

namespace Gateway.Providers.Gemini;

/// <summary>A candidate of a stream, as far as it has come.</summary>
internal sealed class GeminiOpenChoice(int index)
{
    public int Index => index;

    public int Calls { get; set; }

    public int Images { get; set; }

    public GeminiSaid Said { get; } = new();

    /// <summary>Signatures of its texts, as far as they have come.</summary>
    public List<GeminiTextSignature> Signed { get; } = [];

    private bool _isSplit;

    /// <summary>Places and pages that the client was told of.</summary>
    public HashSet<(int Start, int End, string Url)> Cited { get; } = [];

    /// <summary>Gemini's last word for why it ended, and what it says of it; null: it has not ended.</summary>
    public string? Reason { get; private set; }

    public string? ReasonWords { get; private set; }

    public bool IsFinished => Reason is not null;

    /// <summary>The call whose arguments come in pieces; null: none is open.</summary>
    public GeminiArguments? Arguments { get; set; }

    /// <summary>Whether, with the words that come now, its only signature ceases to be that of its whole text: so it is once.</summary>
    public bool Splits() => Signed.Count == 1 && !_isSplit && (_isSplit = true);

    /// <param name="reason">A JSON string.</param>
    /// <param name="words">A JSON string, or nothing.</param>
    public void Ends(ReadOnlySpan<byte> reason, ReadOnlySpan<byte> words)
    {
        if (!IsSame(reason)) Reason = GeminiJsonRange.Decoded(reason);
        if (!words.IsEmpty) ReasonWords = GeminiJsonRange.Decoded(words);
    }

    /// <summary>Some models give the same reason with every event: no string for each.</summary>
    private bool IsSame(ReadOnlySpan<byte> reason) => Reason is { } known && reason.Length == known.Length + 2 && Ascii.Equals(reason[1..^1], known);
}
