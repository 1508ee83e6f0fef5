namespace Gateway.Core.Tokens;

/// <summary>Tokens of a request or an answer, as far as they can be counted from its text.</summary>
/// <param name="Tokens">All that was counted, in tokens; images are in it at the least they can cost.</param>
/// <param name="Uncounted">Parts that are no text and have no floor either: audio, files.</param>
public readonly record struct TokenCount(long Tokens, int Uncounted);
