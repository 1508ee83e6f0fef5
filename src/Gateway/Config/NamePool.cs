using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Config;

/// <summary>
/// One string instance per name over all configuration generations, so that what is keyed by reference (metric series) survives a reload and does not grow with it.
/// Bounded by the names configurations ever mentioned.
/// </summary>
internal sealed class NamePool
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    public string Intern(string name) => _names.GetOrAdd(name, name);

    /// <summary>The pool's instance of a name, without adding it: false for a name no configuration ever mentioned.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? interned) => _names.TryGetValue(name, out interned);
}
