using Gateway.Prompts;

namespace Gateway.Config;

/// <summary>A prompt: numbered versions of some messages, and labels that point at them.</summary>
public sealed record PromptConfig
{
    /// <summary>What a reference without a label means; a prompt whose labels do not have it means its newest version.</summary>
    public const string Production = "production";

    /// <summary>The newest version, of every prompt.</summary>
    public const string Latest = "latest";

    public required string Name { get; init; }

    /// <summary>Who may name it in a request; unsaid: every key that may use every model.</summary>
    public AccessConfig Access { get; init; } = AccessConfig.Unsaid;

    /// <summary>Numbers of versions.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; init; } = new Dictionary<string, int>();

    /// <summary>By number, the newest last; at least one.</summary>
    public required IReadOnlyList<PromptVersionConfig> Versions { get; init; }

    /// <param name="selector">A label or a number; null: <see cref="Production"/>.</param>
    /// <returns>The place in <see cref="Versions"/>, or -1.</returns>
    public int IndexOf(string? selector)
    {
        var number = PromptSelector.Resolve(selector, Labels, Versions[^1].Version) ?? (selector is null or Production ? Versions[^1].Version : 0);
        for (var i = 0; i < Versions.Count; i++)
            if (Versions[i].Version == number) return i;
        return -1;
    }
}

public sealed record PromptVersionConfig
{
    /// <summary>From 1; every version's is larger than that of the one before it.</summary>
    public required int Version { get; init; }

    public IReadOnlyList<PromptVariableConfig> Variables { get; init; } = [];

    /// <summary>A JSON schema of the variables, which are made of it; null: they are declared one by one.</summary>
    public JsonText? InputSchema { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<PromptMessageConfig> Messages { get; init; }

    /// <summary>Pieces of templates by name.</summary>
    public IReadOnlyDictionary<string, string> Partials { get; init; } = new Dictionary<string, string>();
}

/// <param name="Role">As chat requests have it.</param>
/// <param name="Template">The text with its tags.</param>
public sealed record PromptMessageConfig(string Role, string Template);

public enum PromptVariableType { Text, Number, Boolean, Enum, List, Record, Any }

public sealed record PromptVariableConfig
{
    public required string Name { get; init; }

    public PromptVariableType Type { get; init; }

    /// <summary>A request without it is refused.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The value where a request has none; null: nothing.</summary>
    public JsonText? Default { get; init; }

    /// <summary>What an enum may be.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Characters of a string, items of a list; null: as many as fit.</summary>
    public int? MaxLength { get; init; }
}
