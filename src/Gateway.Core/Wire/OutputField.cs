namespace Gateway.Core.Wire;

/// <summary>What a member of a request says about how much the model may write or read, by its name alone.</summary>
public enum OutputField
{
    None,

    /// <summary>The most tokens of one answer.</summary>
    Bound,

    /// <summary>Sounds like it. Enough to hold more for, not enough to rely on.</summary>
    MaybeBound,

    /// <summary>How many answers.</summary>
    Count,

    /// <summary>A part of the prompt, which the provider has kept.</summary>
    StoredPrompt,

    /// <summary>Bounds below it are those of thoughts, which are a part of the answer.</summary>
    Thinking,

    /// <summary>Words and shapes of the client's own, whose names are nobody's fields.</summary>
    Opaque,
}
