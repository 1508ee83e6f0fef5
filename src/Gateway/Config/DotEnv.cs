using System.Text;

namespace Gateway.Config;

/// <summary>
/// Reads a <c>.env</c> file: <c>NAME=value</c>, also with <c>export</c>; <c>#</c> begins a comment; <c>'…'</c> is taken as it stands, <c>"…"</c> knows
/// <c>\n \r \t \" \\ \$</c>. One line is one variable; nothing in a value is replaced.
/// </summary>
internal static class DotEnv
{
    public static IReadOnlyDictionary<string, string> Parse(string text, ErrorSink errors)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line[7..].TrimStart();

            var equals = line.IndexOf('=');
            var name = equals < 0 ? "" : line[..equals].TrimEnd().ToString();
            if (!VariableText.IsName(name))
                errors.Add(new(number, 1), "this line is not NAME=value (a name has letters, digits and '_')");
            else if (Value(line[(equals + 1)..].Trim(), out var value) is { } problem)
                errors.Add(new(number, 1), $"{name}: {problem}");
            else
                variables[name] = value;
        }

        return variables;
    }

    private static string? Value(ReadOnlySpan<char> text, out string value)
    {
        value = "";
        if (text.IsEmpty || text[0] is not ('"' or '\''))
        {
            var comment = text.IndexOf(" #", StringComparison.Ordinal);
            value = (text is ['#', ..] ? "" : comment < 0 ? text : text[..comment].TrimEnd()).ToString();
            return null;
        }

        var end = text[0] == '\'' ? SingleQuoted(text, out value) : DoubleQuoted(text, out value);
        if (end < 0)
            return $"the closing {text[0]} is missing";
        var rest = text[(end + 1)..].TrimStart();
        return rest.IsEmpty || rest[0] == '#' ? null : $"something stands after the closing {text[0]}";
    }

    private static int SingleQuoted(ReadOnlySpan<char> text, out string value)
    {
        var length = text[1..].IndexOf('\'');
        value = length < 0 ? "" : text.Slice(1, length).ToString();
        return length < 0 ? -1 : length + 1;
    }

    private static int DoubleQuoted(ReadOnlySpan<char> text, out string value)
    {
        var built = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = built.ToString();
                return i;
            }

            if (text[i] == '\\' && i + 1 < text.Length)
                built.Append(text[++i] switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' => "\"", '\\' => "\\", '$' => "$", var other => $"\\{other}" });
            else
                built.Append(text[i]);
        }

        value = "";
        return -1;
    }
}
