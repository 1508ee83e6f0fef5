namespace Gateway.Core.Stores;

/// <summary>One version of a prompt, for good: neither changed nor numbered again.</summary>
/// <param name="Document">Its messages, variables and partials, as JSON.</param>
public sealed record PromptVersionRow(string Prompt, PromptVersionHead Head, string Document);

/// <summary>What is known about a version beside its text.</summary>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Author">Name of the credential that made it.</param>
/// <param name="Message">What was changed, and why; null: nobody said.</param>
public sealed record PromptVersionHead(int Version, string Author, string? Message, DateTimeOffset CreatedAt);

/// <param name="First">Number of the first version.</param>
/// <param name="Last">Number of the last one, which belongs to it.</param>
public readonly record struct PromptVersionRange(string Prompt, int First, int Last);
