using System.Diagnostics.CodeAnalysis;

namespace Gateway.Config;

/// <summary>Access keys from the file that AWS's own tools keep them in: <c>AWS_SHARED_CREDENTIALS_FILE</c>, else <c>~/.aws/credentials</c>. Read with the configuration.</summary>
/// <param name="SessionToken">Null: they are not temporary.</param>
internal sealed record AwsProfile(string AccessKeyId, Secret SecretAccessKey, Secret? SessionToken)
{
    private const string Variable = "AWS_SHARED_CREDENTIALS_FILE";

    private const int MaxBytes = 1024 * 1024;

    /// <returns>What is wrong; null: nothing.</returns>
    public static string? TryRead(string name, EnvironmentSource environment, out AwsProfile? profile)
    {
        profile = null;
        var isNamed = !string.IsNullOrEmpty(environment.Get(Variable));
        if (PathIn(environment) is not { } path) return $"there is no credentials file: set {Variable} to its path";
        var where = isNamed ? $"the file of {Variable}" : "~/.aws/credentials";
        var errors = new ErrorSink(where);
        var file = ConfigFile.Read(path, MaxBytes, errors);
        if (errors.Count == 0 && file.Bytes is null) return $"there is no such file: {where}; set {Variable} to the path of another";
        if (errors.Count > 0 || file.Text(errors) is not { } text) return $"{where} cannot be read";
        if (Section(text, name) is not { } section) return $"{where} has no section [{name}]";
        if (!Find(section, "aws_access_key_id", out var id) || !Find(section, "aws_secret_access_key", out var secret))
            return $"the section [{name}] of {where} must have aws_access_key_id and aws_secret_access_key";
        profile = new(id, new Secret(secret), Find(section, "aws_session_token", out var token) ? new Secret(token) : null);
        return Printable.IsVisibleAscii(id) && Printable.IsVisibleAscii(secret) && (token is null || Printable.IsVisibleAscii(token))
            ? null
            : $"the keys in section [{name}] of {where} hold a space or a character that is not ASCII";
    }

    private static string? PathIn(EnvironmentSource environment)
    {
        if (environment.Get(Variable) is { Length: > 0 } named) return named;
        var home = environment.Get("HOME") ?? environment.Get("USERPROFILE");
        return string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".aws", "credentials");
    }

    private static Dictionary<string, string>? Section(string text, string name)
    {
        Dictionary<string, string>? found = null;
        var isIn = false;
        foreach (var line in text.Split('\n').Select(static l => l.Trim()))
        {
            if (line is ['[', .., ']'])
            {
                isIn = line[1..^1].Trim() == name;
                if (isIn) found ??= new(StringComparer.OrdinalIgnoreCase);
            }
            else if (isIn && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 && line[0] is not ('#' or ';'))
            {
                found![line[..equals].Trim()] = line[(equals + 1)..].Trim();
            }
        }

        return found;
    }

    private static bool Find(Dictionary<string, string> section, string name, [NotNullWhen(true)] out string? value) => section.TryGetValue(name, out value) && value.Length > 0;
}
