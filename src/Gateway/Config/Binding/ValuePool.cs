namespace Gateway.Config.Binding;

/// <summary>One instance for values that many entries of a file repeat: ten thousand keys name the same few teams and models.</summary>
internal sealed class ValuePool
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _lists = new(StringComparer.Ordinal);

    public string Share(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        _texts.Add(text);
        return text;
    }

    /// <param name="list">Of texts without line breaks.</param>
    public IReadOnlyList<string> Share(IReadOnlyList<string> list)
    {
        var joined = string.Join('\n', list);
        return _lists.TryGetValue(joined, out var known) ? known : _lists[joined] = list;
    }
}
