namespace Gateway.Prompts.Store;

/// <summary>The store's prompts as they were last put in force. The same object for as long as nothing about them changes.</summary>
/// <param name="Problems">A sentence for each that is not, or not wholly, in force.</param>
internal sealed record StoredPrompts(IReadOnlyDictionary<string, CompiledPrompt> ByName, IReadOnlyList<string> Problems)
{
    public static readonly StoredPrompts None = new(new Dictionary<string, CompiledPrompt>(), []);
}
