using System.Diagnostics;
using Gateway.Config;

namespace Gateway.Prompts;

/// <summary>A prompt as requests see it.</summary>
/// <param name="labels">Numbers of versions that are among <paramref name="versions"/>.</param>
/// <param name="versions">Those in force, by number, the newest last; at least one.</param>
/// <param name="access">Whose keys may name it; null: nobody in particular.</param>
internal sealed class CompiledPrompt(IReadOnlyDictionary<string, int> labels, IReadOnlyList<PromptVersion> versions, PromptAccess? access)
{
    private readonly Dictionary<int, PromptVersion> _byNumber = versions.ToDictionary(static v => v.Number);

    public IReadOnlyDictionary<string, int> Labels => labels;

    public PromptAccess? Access => access;

    /// <summary>A prompt of the configuration file without the label <see cref="PromptConfig.Production"/> means its newest version by it.</summary>
    /// <param name="config">Valid: what is not, was reported when it was read.</param>
    public static CompiledPrompt Of(PromptConfig config)
    {
        var versions = config.Versions.Select(v => PromptVersion.Compile(config.Name, v, out _) ?? throw new UnreachableException($"the prompt {config.Name} was not checked")).ToArray();
        return new(config.Labels.ContainsKey(PromptConfig.Production) ? config.Labels : new Dictionary<string, int>(config.Labels) { [PromptConfig.Production] = versions[^1].Number }, versions, PromptAccess.Of(config.Access));
    }

    /// <returns>Null: none of the versions in force is meant.</returns>
    public PromptVersion? Find(string? selector) =>
        PromptSelector.Resolve(selector, labels, versions[^1].Number) is { } number ? _byNumber.GetValueOrDefault(number) : null;

    public PromptVersion? Find(int number) => _byNumber.GetValueOrDefault(number);
}
