using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Routing;

/// <summary>From the name a client asks for to the model: exact names, aliases, wildcards, then <c>PROVIDER/MODEL</c>.</summary>
internal sealed class ModelTable
{
    /// <summary>Names resolved by a pattern are remembered, but not without bound: anybody can invent names.</summary>
    private const int MaxRemembered = 4096;

    private readonly Dictionary<string, ModelEntry> _exact;
    private readonly IReadOnlyList<ModelPattern> _patterns;
    private readonly Dictionary<string, ProviderEntry> _providers;
    private readonly Func<ProviderEntry, string, ModelEntry?> _direct;
    private readonly ConcurrentDictionary<string, ModelEntry> _remembered = new(StringComparer.Ordinal);

    /// <param name="exact">Models and aliases by the name a client may send.</param>
    /// <param name="patterns">Wildcard models and aliases, most specific first.</param>
    /// <param name="direct">Makes the entry for <c>PROVIDER/MODEL</c>.</param>
    public ModelTable(
        Dictionary<string, ModelEntry> exact, IReadOnlyList<ModelPattern> patterns,
        Dictionary<string, ProviderEntry> providers, Func<ProviderEntry, string, ModelEntry?> direct)
    {
        _exact = exact;
        _patterns = patterns;
        _providers = providers;
        _direct = direct;
    }

    /// <summary>Names a client may send, without patterns.</summary>
    public IEnumerable<KeyValuePair<string, ModelEntry>> Named => _exact;

    /// <returns>Null when nothing has that name.</returns>
    public ModelEntry? Find(string name) =>
        _exact.TryGetValue(name, out var entry) || _remembered.TryGetValue(name, out entry) ? entry : Remember(name, Resolve(name));

    /// <summary>A provider's model by its own name, whatever the names of this gateway's models are.</summary>
    public ModelEntry Direct(ProviderEntry provider, string model) => _direct(provider, model) ?? throw new UnreachableException($"no entry for {provider.Name}/{model}");

    private ModelEntry? Resolve(string name)
    {
        foreach (var pattern in _patterns)
            if (pattern.Match(name) is { } entry) return entry;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < name.Length - 1 && _providers.TryGetValue(name[..slash], out var provider) ? _direct(provider, name[(slash + 1)..]) : null;
    }

    private ModelEntry? Remember(string name, ModelEntry? entry)
    {
        if (entry is not null && _remembered.Count < MaxRemembered) _remembered.TryAdd(name, entry);
        return entry;
    }
}
