using System.Globalization;
using System.Text;

using Gateway.Config.Yaml;

namespace Gateway.Config;

/// <summary>
/// Collects the errors of one file and knows which key is being looked at: a stack of segments, so that the ten thousand keys without an
/// error cost no path string.
/// </summary>
internal sealed class ErrorSink(string file)
{
    private readonly List<ConfigError> _errors = [];
    private readonly List<(string? Name, int Index)> _path = [];

    public int Count => _errors.Count;

    public void Push(string name) => _path.Add((name, -1));

    public void Push(int index) => _path.Add((null, index));

    public void Pop() => _path.RemoveAt(_path.Count - 1);

    public void Add(Mark mark, string message) => Add(mark, Path(), message);

    /// <param name="path">The key, where it is not the one being looked at.</param>
    public void Add(Mark mark, string path, string message) => _errors.Add(new(file, mark.Line, mark.Column, path, message));

    /// <summary>The errors in the order of the file.</summary>
    public IReadOnlyList<ConfigError> InFileOrder() => [.. _errors.OrderBy(static e => e.Line).ThenBy(static e => e.Column)];

    /// <summary>The key looked at, as <c>models[0].targets[1].provider</c>.</summary>
    public string Path()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _path)
        {
            if (name is null)
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                text.Append(text.Length == 0 ? "" : ".").Append(YamlPath.Segment(name));
        }

        return text.ToString();
    }
}
