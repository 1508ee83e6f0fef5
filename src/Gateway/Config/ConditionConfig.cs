namespace Gateway.Config;

/// <summary>Which requests a target is for: all that is named must hold, and of a list one is enough.</summary>
public sealed record ConditionConfig
{
    /// <summary>By the header's name; a value that ends in <c>*</c> stands for all that begin so.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Keys { get; init; } = [];

    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Null: prompts of any length.</summary>
    public TokenRange? PromptTokens { get; init; }
}

/// <summary>Both ends belong to it; null: no end.</summary>
public sealed record TokenRange(long? Min, long? Max);

/// <summary>What the operator says that a target can or cannot do; null: nothing said.</summary>
public sealed record CapabilitiesConfig
{
    /// <summary>Takes images.</summary>
    public bool? Vision { get; init; }

    /// <summary>Takes or gives sound.</summary>
    public bool? Audio { get; init; }

    /// <summary>Calls functions.</summary>
    public bool? Tools { get; init; }

    /// <summary>Answers by a JSON schema.</summary>
    public bool? JsonSchema { get; init; }

    /// <summary>Tokens of prompt and answer together.</summary>
    public long? Context { get; init; }
}
