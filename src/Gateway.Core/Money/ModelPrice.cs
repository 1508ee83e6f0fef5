namespace Gateway.Core.Money;

/// <summary>What a model's tokens cost, in US dollars per million tokens. Placeholder shape: the money slice completes it.</summary>
public sealed record ModelPrice
{
    /// <summary>Which price list this is from: the catalogue's date, or <c>config</c>.</summary>
    public required string Version { get; init; }

    public required decimal Input { get; init; }

    public required decimal Output { get; init; }
}
