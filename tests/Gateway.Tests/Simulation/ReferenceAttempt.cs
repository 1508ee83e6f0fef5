using Gateway.Core.Usage;

namespace Gateway.Tests.Simulation;

/// <summary>One attempt: what is held for it, what its upstream does, and what has come of it so far.</summary>
internal sealed class ReferenceAttempt(ReferenceTarget target, int number, ReferenceUse use, Fate fate, bool isProbe)
{
    /// <summary>Three for the message, one each for "user" and "hi", three for the answer's beginning (docs/tokens.md).</summary>
    private const int PromptTokens = 8;

    private int _events, _words;
    private bool _isFinished, _hasUsage;

    public ReferenceTarget Target => target;

    public int Number => number;

    public ReferenceUse Use => use;

    public Fate Fate => fate;

    /// <summary>Whether the target's breaker closes depends on it still.</summary>
    public bool IsProbe { get; set; } = isProbe;

    /// <summary>The beginning of its answer was waited for: the first byte of a stream, the head of a whole answer.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The words of its answer are counted.</summary>
    public bool CountsWords { get; set; }

    public void Heard(SimPiece piece)
    {
        _words += piece.Part == SimPart.Words ? piece.Words : 0;
        _events += piece.Part is SimPart.Words or SimPart.Finish ? 1 : 0;
        _isFinished |= piece.Part is SimPart.Finish or SimPart.Done;
        _hasUsage |= fate.Usage == SimUsage.Running ? piece.Part == SimPart.Words : fate.Usage == SimUsage.AtEnd && piece.Part == SimPart.Usage;
    }

    /// <summary>A whole answer is there: its words can be counted in any case.</summary>
    public void HeardAll(SimPiece piece) => (_words, _isFinished, _hasUsage, CountsWords) = (piece.Words, true, fate.Usage != SimUsage.None, true);

    public bool IsFinished => _isFinished;

    public bool HasUsage => _hasUsage;

    /// <summary>The provider's final word, else what it said on the way, else an estimate: by the vocabulary, or of four bytes a token and one token an event at least.</summary>
    public (long Input, long Output, UsageSource Source) Usage => _hasUsage
        ? (fate.Input, fate.Usage == SimUsage.Running ? _events - (_isFinished ? 1 : 0) : fate.Output, _isFinished ? UsageSource.Exact : UsageSource.Partial)
        : (PromptTokens, CountsWords || _words == 0 ? _words : Math.Max(((3 * _words) + 3) / 4, _events), UsageSource.Estimated);
}
