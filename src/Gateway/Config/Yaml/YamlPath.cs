using System.Globalization;

namespace Gateway.Config.Yaml;

/// <summary>Paths as they stand in messages: <c>models[0].targets[1].provider</c>, <c>aliases."gpt-4.1"</c>.</summary>
internal static class YamlPath
{
    /// <summary>A key as a path shows it: quoted where it holds anything but letters, digits, <c>_</c>, <c>-</c>; cut where it is endless.</summary>
    public static string Segment(string key)
    {
        foreach (var c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return $"\"{Printable.Shorten(key)}\"";
        }

        return key.Length == 0 ? "\"\"" : Printable.Shorten(key);
    }

    /// <summary>Where the path leads; of a path that leads on into nothing, the last node that exists.</summary>
    public static Mark Find(YamlNode root, string path)
    {
        var (node, mark) = (root, root.Mark);
        foreach (var segment in Segments(path))
        {
            if (Step(node, segment) is not { } next)
                return mark;
            (node, mark) = (next, next.Mark);
        }

        return mark;
    }

    private static YamlNode? Step(YamlNode node, string segment)
    {
        switch (node)
        {
            case YamlSequence list when int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Items.Count:
                return list.Items[index];
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    if (entry.Key.Text == segment)
                        return entry.Value;
                }

                return null;
            default:
                return null;
        }
    }

    private static IEnumerable<string> Segments(string path)
    {
        for (var at = 0; at < path.Length;)
        {
            var quoted = path[at] == '"';
            var end = quoted ? path.IndexOf('"', at + 1) : path.AsSpan(at).IndexOfAny('.', '[', ']') is var i and >= 0 ? at + i : path.Length;
            if (end < 0)
                yield break;
            var start = quoted ? at + 1 : at;
            if (end > start)
                yield return path[start..end];
            at = end + 1;
        }
    }
}
