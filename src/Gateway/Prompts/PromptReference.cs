namespace Gateway.Prompts;

/// <summary><c>NAME[@LABEL|@VERSION]</c></summary>
/// <param name="Selector">Null: what the name alone stands for.</param>
internal readonly record struct PromptReference(string Name, string? Selector)
{
    public static PromptReference Of(string text) => text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? new(text[..at], text[(at + 1)..]) : new(text, null);
}
