using System.Text;

using Gateway.Config.Yaml;

namespace Gateway.Config;

/// <summary>
/// Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> anywhere in a value, and <c>os.environ/NAME</c> as the whole value; <c>$$</c> is one dollar sign.
/// It runs on values the YAML parser has already cut out, and only once: what a variable holds is never read as YAML nor as another variable.
/// </summary>
internal static class VariableText
{
    private const string OsEnviron = "os.environ/";

    /// <summary>Whether the text names a variable at all (or escapes a dollar sign).</summary>
    public static bool HasVariables(string text) =>
        text.Contains("${", StringComparison.Ordinal) || text.Contains("$$", StringComparison.Ordinal) || text.StartsWith(OsEnviron, StringComparison.Ordinal);

    /// <summary>Whether a variable has a part in a node's value.</summary>
    public static bool IsIn(YamlNode node) => node is YamlScalar scalar && HasVariables(scalar.Text);

    /// <summary>A name a shell would take: letters, digits and underscores, not beginning with a digit.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return true;
    }

    /// <summary>The text with every variable replaced.</summary>
    /// <param name="value">Empty where a problem is returned.</param>
    /// <param name="fromEnvironment">Whether any part of <paramref name="value"/> is a variable's, so that no message may show it.</param>
    /// <returns>What is wrong, naming the variable; or null.</returns>
    public static string? Expand(string text, EnvironmentSource environment, out string value, out bool fromEnvironment)
    {
        (value, fromEnvironment) = ("", false);
        if (text.StartsWith(OsEnviron, StringComparison.Ordinal))
        {
            fromEnvironment = true;
            var name = text[OsEnviron.Length..];
            if (!IsName(name))
                return "os.environ/ needs the name of a variable after it: letters, digits and '_'";
            value = environment.Get(name) ?? "";
            return environment.Get(name) is null ? NotSet(name) : null;
        }

        var built = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '$' || next is not ('$' or '{'))
            {
                built.Append(text[at++]);
                continue;
            }

            if (next == '$')
            {
                built.Append('$');
                at += 2;
                continue;
            }

            var end = text.IndexOf('}', at);
            if (end < 0)
                return "'${' has no closing '}' (write $$ for a dollar sign)";
            fromEnvironment = true;
            if (Append(built, text.AsSpan(at + 2, end - at - 2), environment) is { } problem)
                return problem;
            at = end + 1;
        }

        value = built.ToString();
        return null;
    }

    private static string? Append(StringBuilder built, ReadOnlySpan<char> inside, EnvironmentSource environment)
    {
        var split = inside.IndexOf(":-", StringComparison.Ordinal);
        var name = (split < 0 ? inside : inside[..split]).ToString();
        if (!IsName(name))
            return "between '${' and '}' stands a variable's name (letters, digits, '_'), and ':-default' after it if wanted";

        var value = environment.Get(name);
        if (split >= 0 && string.IsNullOrEmpty(value))
            value = inside[(split + 2)..].ToString();
        if (value is null)
            return NotSet(name);
        built.Append(value);
        return null;
    }

    private static string NotSet(string name) =>
        $"the environment variable {name} is not set; set it, put it into the .env file beside the configuration, or write ${{{name}:-default}}";
}
