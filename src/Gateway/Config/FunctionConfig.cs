namespace Gateway.Config;

/// <summary>A use case: a model, a prompt and parameters under one name, which clients ask for as <c>fn/NAME</c>.</summary>
public sealed record FunctionConfig
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Model { get; init; }

    /// <summary><c>NAME[@LABEL|@VERSION]</c></summary>
    public required string Prompt { get; init; }

    /// <summary>Which of the keys that may use its name may use it; unsaid: as its prompt says.</summary>
    public AccessConfig Access { get; init; } = AccessConfig.Unsaid;

    /// <summary>What it may spend, whoever asks for it.</summary>
    public IReadOnlyList<BudgetConfig> Budgets { get; init; } = [];

    /// <summary>What its requests are called, beside what the client calls them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A JSON schema that its answers are to follow, an object; null: they are free.</summary>
    public JsonText? OutputSchema { get; init; }

    /// <summary>Request fields used where the client sent none, as JSON values.</summary>
    public IReadOnlyDictionary<string, JsonText> Params { get; init; } = new Dictionary<string, JsonText>();

    /// <summary>Request fields that win over the client's, as JSON values.</summary>
    public IReadOnlyDictionary<string, JsonText> Override { get; init; } = new Dictionary<string, JsonText>();
}
