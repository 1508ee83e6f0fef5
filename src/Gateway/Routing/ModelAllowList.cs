using System.IO.Enumeration;

namespace Gateway.Routing;

/// <summary>Which models a key may use: exact names, and names with <c>*</c>.</summary>
internal sealed class ModelAllowList
{
    private readonly HashSet<string> _names;
    private readonly string[] _wildcards;

    public ModelAllowList(IEnumerable<string> patterns)
    {
        var all = patterns.ToArray();
        _names = all.Where(static p => !p.Contains('*', StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        _wildcards = [.. all.Where(static p => p.Contains('*', StringComparison.Ordinal))];
    }

    public bool Allows(string model)
    {
        if (_names.Contains(model))
            return true;
        // A loop, not Array.Exists: its closure would be 88 bytes a request, 24 of them even where the name was found.
        foreach (var wildcard in _wildcards)
        {
            if (FileSystemName.MatchesSimpleExpression(wildcard, model, ignoreCase: false))
                return true;
        }
        return false;
    }
}
