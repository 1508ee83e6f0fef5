namespace Gateway.Prompts.Store;

/// <summary>A prompt of the store as it is in force.</summary>
/// <param name="Revision">Of its entity.</param>
/// <param name="Versions">By number.</param>
/// <param name="Prompt">Null: it has no version that can be used.</param>
/// <param name="Problems">A sentence for each that cannot.</param>
internal sealed record ShelvedPrompt(long Revision, IReadOnlyDictionary<int, ShelvedVersion> Versions, CompiledPrompt? Prompt, IReadOnlyList<string> Problems)
{
    public static readonly ShelvedPrompt Nothing = new(0, new Dictionary<int, ShelvedVersion>(), null, []);
}

/// <param name="Version">Null: it cannot be used, and the problem says why.</param>
internal readonly record struct ShelvedVersion(PromptVersion? Version, string? Problem);
