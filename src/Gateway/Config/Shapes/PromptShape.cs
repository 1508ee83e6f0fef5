using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Config.Yaml;
using Gateway.Prompts;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>prompts</c>.</summary>
internal static class PromptShape
{
    private static readonly PromptConfig Defaults = new() { Name = "", Versions = [] };

    private static readonly MapKind<int> LabelMap = new("a mapping of labels to numbers of versions", LabelProblem, Integers.Version);

    private static readonly Key<string> Name = new("name", Texts.PromptName, "What functions and x-gateway-prompt call it.") { Required = true };

    private static readonly Key<IReadOnlyDictionary<string, int>> Labels = new("labels", LabelMap, "Names of versions: { production: 2 }. Without the label production the newest version is meant by it; latest always is the newest.") { Default = Defaults.Labels };

    private static readonly Key<IReadOnlyList<PromptVersionConfig>> Versions = new("versions", PromptVersionShape.List, "Its versions, the newest last; at least one.") { Required = true };

    private static readonly AccessKeys Access = new(
        "Names of the keys that may name it in x-gateway-prompt; without keys and teams every key without a list of models.", "Names of teams whose keys may.");

    private static readonly RecordKind<PromptConfig> Kind = new("prompt", [Name, Access.Keys, Access.Teams, Labels, Versions], Build);

    public static readonly ListKind<PromptConfig> List = new("a list of prompts", Kind);

    private static PromptConfig Build(MappingReader m)
    {
        var prompt = new PromptConfig { Name = m.GetName(Name, m.Context.Prompts), Access = Access.Read(m), Labels = m.Get(Labels)!, Versions = Numbered(m, m.Get(Versions) ?? []) };
        if (m.HasFailed) return prompt;
        foreach (var (label, number) in prompt.Labels)
            if (prompt.IndexOf(label) < 0) m.Fail(Labels, string.Create(CultureInfo.InvariantCulture, $"the label '{label}' is at version {number}, which the prompt does not have"));
        for (var i = 0; i < prompt.Versions.Count; i++)
            if (PromptVersion.Compile(prompt.Name, prompt.Versions[i], out var problem) is null) Blame(m, prompt, i, problem!);
        m.Context.PromptOf[prompt.Name] = prompt;
        return prompt;
    }

    private static PromptVersionConfig[] Numbered(MappingReader m, IReadOnlyList<PromptVersionConfig> versions)
    {
        var (numbered, last) = (new PromptVersionConfig[versions.Count], 0);
        for (var i = 0; i < numbered.Length; i++)
        {
            numbered[i] = versions[i].Version > 0 ? versions[i] : versions[i] with { Version = last + 1 };
            if (numbered[i].Version <= last) m.Fail(Versions, string.Create(CultureInfo.InvariantCulture, $"version {numbered[i].Version} stands after version {last}; numbers must rise"));
            last = numbered[i].Version;
        }

        return numbered;
    }

    /// <summary>At the message, by its path; the line and column inside are those of its text.</summary>
    private static void Blame(MappingReader m, PromptConfig prompt, int version, PromptProblem problem)
    {
        var node = (YamlMapping)((YamlSequence)m.Values[Versions.Index]!).Items[version];
        var message = ((YamlSequence)node.Entries.First(static e => e.Key.Text == "messages").Value).Items[problem.Message];
        var text = ((YamlMapping)message).Entries.First(static e => e.Key.Text is "content" or "file");
        var errors = m.Context.Errors;
        errors.Push(Versions.Name);
        errors.Push(version);
        errors.Push("messages");
        errors.Push(problem.Message);
        m.Fail(text.Key.Text, text.Value.Mark, string.Create(CultureInfo.InvariantCulture, $"prompt '{prompt.Name}', message {problem.Message + 1} ({prompt.Versions[version].Messages[problem.Message].Role}), {problem.Template}"));
        for (var i = 0; i < 4; i++) errors.Pop();
    }

    /// <summary>What is wrong with a label, or null.</summary>
    public static string? LabelProblem(string label) =>
        Texts.PromptNameProblem(label) ?? (char.IsAsciiDigit(label[0]) ? "begins with a digit, as the numbers of versions do" : label == PromptConfig.Latest ? "is always the newest version; remove it" : null);
}
