using System.Diagnostics;
using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>The prompts and functions of a configuration, compiled.</summary>
internal sealed class PromptTable
{
    private readonly Dictionary<string, (PromptConfig Config, PromptVersion[] Versions)> _prompts;
    private readonly Dictionary<string, PromptFunction> _functions;
    private readonly GatewayConfig _config;

    /// <param name="config">Valid: what is not, was reported when it was read.</param>
    public PromptTable(GatewayConfig config)
    {
        _config = config;
        _prompts = config.Prompts.ToDictionary(
            static p => p.Name, static p => (p, p.Versions.Select(v => PromptVersion.Compile(p.Name, v, out _) ?? throw new UnreachableException($"the prompt {p.Name} was not checked")).ToArray()), StringComparer.Ordinal);
        _functions = config.Functions.ToDictionary(static f => PromptFunction.Prefix + f.Name, Function, StringComparer.Ordinal);
    }

    public static PromptTable Empty { get; } = new(new());

    public IEnumerable<PromptFunction> Functions => _functions.Values;

    /// <summary>The keys of clients change more often than the prompts do.</summary>
    public bool IsOf(GatewayConfig config) => ReferenceEquals(_config.Prompts, config.Prompts) && ReferenceEquals(_config.Functions, config.Functions);

    /// <param name="model">With its <see cref="PromptFunction.Prefix"/>.</param>
    public PromptFunction? FindFunction(string model) => _functions.GetValueOrDefault(model);

    public bool Has(string prompt) => _prompts.ContainsKey(prompt);

    /// <returns>Null: there is no such prompt, or none of its versions is meant.</returns>
    public PromptVersion? Find(PromptReference reference) =>
        _prompts.TryGetValue(reference.Name, out var prompt) && prompt.Config.IndexOf(reference.Selector) is >= 0 and var index ? prompt.Versions[index] : null;

    private PromptFunction Function(FunctionConfig config)
    {
        var prompt = Find(PromptReference.Of(config.Prompt)) ?? throw new UnreachableException($"the prompt {config.Prompt} was not checked");
        return new(config, prompt, OperatorField.Of(config.Params, config.Override));
    }
}
