using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>The names one section declares, so that other sections can refer to them.</summary>
/// <param name="noun">What they are names of: <c>provider</c>.</param>
internal sealed class NameRegistry(string noun)
{
    // A hint compares with every name: enough for a person to read, and ten thousand mistakes stay cheap.
    private const int MaxHints = 100;

    private readonly Dictionary<string, Mark> _names = new(StringComparer.Ordinal);
    private readonly List<string> _prefixes = [];

    // What messages may offer: a name that came from the environment is not shown.
    private readonly List<string> _shown = [];

    private int _unknown;

    public string Noun => noun;

    /// <summary>How many times a name was declared, repetitions included.</summary>
    public int Declared { get; private set; }

    /// <summary>Some of the section's names could not be read, which was reported: an unknown name may well be one of them.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>Adds a name; where it is there already, returns its first place.</summary>
    public Mark? Declare(string name, YamlNode at)
    {
        Declared++;
        if (!_names.TryAdd(name, at.Mark))
            return _names[name];
        if (!VariableText.IsIn(at))
            _shown.Add(name);
        if (name.EndsWith('*'))
            _prefixes.Add(name[..^1]);
        return null;
    }

    public bool Has(string name) => _names.ContainsKey(name);

    /// <summary>The line a name was declared in.</summary>
    public int LineOf(string name) => _names[name].Line;

    /// <summary>The declared wildcard with the longest prefix that the name begins with, or null.</summary>
    public string? WildcardFor(string name)
    {
        string? best = null;
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && prefix.Length >= (best?.Length ?? 0))
                best = prefix;
        }

        return best is null ? null : best + "*";
    }

    /// <summary>The message for a name that is not here.</summary>
    public string Unknown(string name, YamlNode at)
    {
        var subject = VariableText.IsIn(at) ? "the value, which comes from the environment," : $"'{Printable.Shorten(name)}'";
        var hint = ++_unknown <= MaxHints ? NearestName.Hint(name, _shown) : "";
        if (hint.Length > 0)
            return $"{subject} is no {noun}{hint}";
        return _shown.Count is > 0 and <= 8 ? $"{subject} is no {noun} (there are: {string.Join(", ", _shown)})" : $"{subject} is no {noun} of this file";
    }
}
