namespace Gateway.Admission;

/// <summary>What an attempt wants of every scope.</summary>
/// <param name="Hold">Nano-dollars it can cost at most.</param>
/// <param name="Tokens">Tokens it can use at most.</param>
/// <param name="UtcTicks">Which budget windows it belongs to.</param>
/// <param name="IsLocal">It uses and costs nothing: limits of tokens and budgets do not bind it, not even those that are overdrawn.</param>
internal readonly record struct AttemptAsk(long Hold, long Tokens, long UtcTicks, bool IsLocal = false);
