using Gateway.Config;

namespace Gateway.Prompts;

/// <summary><c>NAME[@LABEL|@VERSION]</c></summary>
/// <param name="Selector">Null: what the name alone stands for.</param>
internal readonly record struct PromptReference(string Name, string? Selector)
{
    /// <summary>With what the name alone stands for, for messages.</summary>
    public string Full => $"{Name}@{Selector ?? PromptConfig.Production}";

    public static PromptReference Of(string text) => text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? new(text[..at], text[(at + 1)..]) : new(text, null);
}
