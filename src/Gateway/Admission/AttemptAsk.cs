namespace Gateway.Admission;

/// <summary>What an attempt wants of every scope.</summary>
/// <param name="Hold">Nano-dollars it can cost at most.</param>
/// <param name="Tokens">Tokens it can use at most.</param>
/// <param name="UtcTicks">Which budget windows it belongs to.</param>
internal readonly record struct AttemptAsk(long Hold, long Tokens, long UtcTicks);
