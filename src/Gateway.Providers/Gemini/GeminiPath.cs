using System.Globalization;

namespace Gateway.Providers.Gemini;

/// <summary>A place in a JSON object: <c>$.a[0]['b c']</c> (RFC 9535, as far as Gemini uses it).</summary>
internal static class GeminiPath
{
    /// <summary>As deep as JSON may be here.</summary>
    private const int Deepest = 60;

    /// <returns>Names (<see cref="string"/>) and indexes (<see cref="int"/>), a name first; empty where the text is no such path.</returns>
    public static List<object> Steps(string path)
    {
        var steps = new List<object>();
        var at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length && steps.Count < Deepest)
        {
            var end = path[at] == '[' ? Bracket(path, at, steps) : Name(path, at, steps);
            if (end < 0) return [];
            at = end;
        }

        return at < path.Length || steps is [int, ..] ? [] : steps;
    }

    private static int Bracket(string path, int at, List<object> steps)
    {
        var end = path.IndexOf(']', at);
        if (end < 0) return -1;
        var inner = path.AsSpan(at + 1, end - at - 1);
        if (int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) steps.Add(index);
        else steps.Add(inner.Trim("'\"").ToString());
        return end + 1;
    }

    private static int Name(string path, int at, List<object> steps)
    {
        if (path[at] == '.') at++;
        var length = path.AsSpan(at).IndexOfAny('.', '[');
        var end = length < 0 ? path.Length : at + length;
        if (end == at) return -1;
        steps.Add(path[at..end]);
        return end;
    }
}
