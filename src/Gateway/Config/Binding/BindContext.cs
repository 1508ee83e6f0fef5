using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>What binding one file needs and finds: its errors, the environment, and the names declared so far.</summary>
/// <param name="environment">What variables in values stand for; null: values are taken as they are, because whoever wrote them may not read our environment.</param>
internal sealed class BindContext(ErrorSink errors, EnvironmentSource? environment, IReadOnlyList<ProviderKind> kinds)
{
    private readonly EnvironmentSource? _environment = environment;
    private readonly List<Action> _checks = [];

    public ErrorSink Errors => errors;

    public IReadOnlyList<ProviderKind> Kinds => kinds;

    public NameRegistry Providers { get; init; } = new("provider");

    public NameRegistry Models { get; init; } = new("model");

    public NameRegistry Aliases { get; init; } = new("alias");

    public NameRegistry Teams { get; init; } = new("team");

    public NameRegistry Prompts { get; } = new("prompt");

    /// <summary>Prompts bound without an error, by name.</summary>
    public Dictionary<string, PromptConfig> PromptOf { get; } = new(StringComparer.Ordinal);

    public NameRegistry Functions { get; init; } = new("function");

    /// <summary>What stands in files of its own.</summary>
    public SideFiles Files { get; init; } = new(null);

    public NameRegistry Keys { get; } = new("key");

    /// <summary>Every credential so far, and where it stands.</summary>
    public Dictionary<KeyHash, Mark> Credentials { get; } = [];

    public ValuePool Pool { get; init; } = new();

    /// <summary>Kinds of the providers bound without an error, by the provider's name.</summary>
    public Dictionary<string, ProviderKind> KindOf { get; } = new(StringComparer.Ordinal);

    /// <summary>What files beside the configuration are found by; null where whoever wrote it may not read our environment.</summary>
    public EnvironmentSource? Environment => _environment;

    /// <summary>For a reference to what may stand further down: looked at when all names have been read.</summary>
    public void WhenNamesAreKnown(Action check) => _checks.Add(check);

    /// <summary>All names have been read.</summary>
    public void CheckReferences()
    {
        foreach (var check in _checks) check();
        _checks.Clear();
    }

    /// <summary>A single value with its variables replaced; what is wrong with it has been reported otherwise.</summary>
    /// <param name="noun">What is wanted, for the message: <c>a duration</c>.</param>
    public bool TryText(YamlNode node, string noun, out ScalarText text)
    {
        text = default;
        switch (node)
        {
            case YamlScalar { IsNull: true }:
                errors.Add(node.Mark, $"the key has no value; write {noun}, or remove the line");
                return false;
            case YamlScalar scalar:
                return TryExpand(scalar, out text);
            default:
                errors.Add(node.Mark, $"this must be {noun}, not {node.Noun}");
                return false;
        }
    }

    /// <summary>As <see cref="TryText"/>, where nothing (<c>null</c>) is a value too.</summary>
    public bool TryExpand(YamlScalar scalar, out ScalarText text)
    {
        text = new(scalar.Text, scalar.IsPlain, false, scalar.Mark);
        if (_environment is null || !VariableText.HasVariables(scalar.Text))
            return true;
        if (VariableText.Expand(scalar.Text, _environment, out var value, out var fromEnvironment) is { } problem)
        {
            errors.Add(scalar.Mark, problem);
            return false;
        }

        text = text with { Value = value, FromEnvironment = fromEnvironment };
        return true;
    }
}
