namespace Gateway.Prompts.Schemas;

/// <summary>What is wrong with a value.</summary>
/// <param name="Path">Of the value that is wrong, from the one that was checked: <c>.who.tags[2]</c>.</param>
/// <param name="What">The rest of a sentence that began with its name; without the value.</param>
internal sealed record SchemaProblem(string Path, string What);
