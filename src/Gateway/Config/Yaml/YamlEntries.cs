namespace Gateway.Config.Yaml;

/// <summary>The entries of a mapping while it is read: finds keys that stand twice, and merges (<c>&lt;&lt;: *base</c>).</summary>
internal sealed class YamlEntries
{
    // Most mappings have a handful of keys; a hash set for each of ten thousand of them would cost more than it saves.
    private const int IndexFrom = 9;

    private readonly List<YamlEntry> _entries = [];
    private readonly List<YamlMapping> _merged = [];
    private Dictionary<string, Mark>? _index;

    /// <summary>Adds an entry; where the key is there already, nothing is added and its first place is returned.</summary>
    public Mark? Add(YamlScalar key, YamlNode value)
    {
        if (Find(key.Text) is { } first)
            return first;
        _entries.Add(new(key, value));
        _index?.Add(key.Text, key.Mark);
        return null;
    }

    /// <summary>Remembers mappings whose entries fill in what this one does not say; returns what is wrong with the value, or null.</summary>
    public string? Merge(YamlNode value)
    {
        switch (value)
        {
            case YamlMapping mapping:
                _merged.Add(mapping);
                return null;
            case YamlSequence list when list.Items.All(static i => i is YamlMapping):
                _merged.AddRange(list.Items.Cast<YamlMapping>());
                return null;
            default:
                return "'<<' merges a mapping or a list of mappings, as in '<<: *base'";
        }
    }

    /// <summary>All entries: the mapping's own first, then merged ones it does not have (of several, the first wins).</summary>
    public List<YamlEntry> Complete()
    {
        foreach (var entry in _merged.SelectMany(static m => m.Entries))
            Add(entry.Key, entry.Value);
        return _entries;
    }

    private Mark? Find(string key)
    {
        if (_index is null && _entries.Count >= IndexFrom)
            _index = _entries.ToDictionary(static e => e.Key.Text, static e => e.Key.Mark, StringComparer.Ordinal);
        if (_index is not null)
            return _index.TryGetValue(key, out var mark) ? mark : null;
        foreach (var entry in _entries)
        {
            if (entry.Key.Text == key)
                return entry.Key.Mark;
        }

        return null;
    }
}
