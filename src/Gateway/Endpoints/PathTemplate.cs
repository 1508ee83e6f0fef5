namespace Gateway.Endpoints;

/// <summary>A path with names in it.</summary>
internal sealed class PathTemplate(string template)
{
    private readonly string[] _segments = template[1..].Split('/');

    public string Text => template;

    public static bool Is(string path) => path.Contains('{', StringComparison.Ordinal);

    /// <summary>Whether the path is one of these; then its values are set.</summary>
    /// <param name="path">Begins with a slash, and ends with none.</param>
    public bool TryMatch(string path, RouteValueDictionary values)
    {
        var found = new (string Name, string Value)[_segments.Length];
        var (at, names) = (1, 0);
        foreach (var segment in _segments)
        {
            if (segment.StartsWith("{**", StringComparison.Ordinal))
            {
                found[names++] = (segment[3..^1], at <= path.Length ? path[at..] : "");
                at = path.Length + 1;
                break;
            }
            var end = at > path.Length ? -1 : path.IndexOf('/', at) is var slash and >= 0 ? slash : path.Length;
            if (end <= at)
                return false;
            if (segment[0] == '{')
                found[names++] = (segment[1..^1], path[at..end]);
            else if (!path.AsSpan(at, end - at).Equals(segment, StringComparison.OrdinalIgnoreCase))
                return false;
            at = end + 1;
        }
        if (at <= path.Length)
            return false;
        foreach (var (name, value) in found.AsSpan(0, names))
            values[name] = value;
        return true;
    }
}
