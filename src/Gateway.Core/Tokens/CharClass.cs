namespace Gateway.Core.Tokens;

/// <summary>What the split patterns tell apart; every character has exactly one of these.</summary>
[Flags]
internal enum CharClass : byte
{
    /// <summary>Punctuation, symbols, controls, unassigned characters and bytes that are no UTF-8.</summary>
    Other = 0,

    /// <summary>Lu, Lt.</summary>
    Upper = 1,

    /// <summary>Ll.</summary>
    Lower = 2,

    /// <summary>Lm, Lo: letters without case, which belong to both halves of a word.</summary>
    Caseless = 4,

    /// <summary>Mn, Mc, Me.</summary>
    Mark = 8,

    /// <summary>Nd, Nl, No.</summary>
    Number = 16,

    /// <summary>White space that does not end a line.</summary>
    Space = 32,

    /// <summary>CR, LF.</summary>
    Newline = 64,

    Letter = Upper | Lower | Caseless,
    WhiteSpace = Space | Newline,
}
