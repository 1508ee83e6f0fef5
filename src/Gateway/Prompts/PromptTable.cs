using Gateway.Config;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>The prompts and functions in force, compiled: those of the configuration file, and the store's prompts whose names it does not have.</summary>
internal sealed class PromptTable
{
    private readonly Dictionary<string, CompiledPrompt> _prompts;
    private readonly Dictionary<string, PromptFunction> _functions;
    private readonly GatewayConfig _config;
    private readonly StoredPrompts _stored;

    /// <param name="config">Valid: what is not, was reported when it was read.</param>
    /// <param name="before">What was in force: a function whose prompt has vanished keeps the one it had. Null: nothing was.</param>
    public PromptTable(GatewayConfig config, StoredPrompts stored, PromptTable? before)
    {
        (_config, _stored) = (config, stored);
        _prompts = new(stored.ByName, StringComparer.Ordinal);
        foreach (var prompt in config.Prompts) _prompts[prompt.Name] = CompiledPrompt.Of(prompt);
        _functions = config.Functions.ToDictionary(static f => PromptFunction.Prefix + f.Name, f => Function(f, before), StringComparer.Ordinal);
    }

    public static PromptTable Empty { get; } = new(new(), StoredPrompts.None, null);

    public IEnumerable<PromptFunction> Functions => _functions.Values;

    /// <summary>A sentence for each function that does not have its prompt.</summary>
    public IEnumerable<string> Problems => _functions.Values.Where(static f => f.Prompt is null || f.IsStale).Select(static f => f.Prompt is { } last
        ? $"function '{f.Name}': '{f.Wanted}' is not there any more, and it goes on with '{last.Label}'"
        : $"function '{f.Name}': there is no '{f.Wanted}' in the configuration file or in the store, and requests for it are refused");

    /// <summary>Places in the configuration of the functions that had their prompts before and do not have them now.</summary>
    public IEnumerable<int> LostSince(PromptTable before)
    {
        for (var i = 0; i < _config.Functions.Count; i++)
        {
            var id = PromptFunction.Prefix + _config.Functions[i].Name;
            if (_functions[id] is { IsStale: true } or { Prompt: null } && before.FindFunction(id) is { Prompt: not null, IsStale: false }) yield return i;
        }
    }

    /// <summary>The keys of clients change more often than the prompts do.</summary>
    public bool IsOf(GatewayConfig config, StoredPrompts stored) =>
        ReferenceEquals(_config.Prompts, config.Prompts) && ReferenceEquals(_config.Functions, config.Functions) && ReferenceEquals(_stored, stored);

    /// <param name="model">With its <see cref="PromptFunction.Prefix"/>.</param>
    public PromptFunction? FindFunction(string model) => _functions.GetValueOrDefault(model);

    public bool Has(string prompt) => _prompts.ContainsKey(prompt);

    /// <returns>Null: there is no such prompt, or none of its versions is meant, or the key may not name it: it learns no more.</returns>
    public PromptVersion? Find(PromptReference reference, KeyEntry by) =>
        _prompts.TryGetValue(reference.Name, out var prompt) && (prompt.Access?.Names(by) ?? by.Models is null) ? prompt.Find(reference.Selector) : null;

    private PromptFunction Function(FunctionConfig config, PromptTable? before)
    {
        var reference = PromptReference.Of(config.Prompt);
        var prompt = _prompts.GetValueOrDefault(reference.Name);
        var version = prompt?.Find(reference.Selector);
        var last = version is null && before?.FindFunction(PromptFunction.Prefix + config.Name) is { } function && function.Config.Prompt == config.Prompt ? function : null;
        var access = PromptAccess.Of(config.Access) ?? (prompt is null ? last?.Access : prompt.Access);
        return new(config, version ?? last?.Prompt, IsStale: last?.Prompt is not null, access, OperatorField.Of(config.Params, config.Override));
    }
}
