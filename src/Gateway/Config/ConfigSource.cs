namespace Gateway.Config;

/// <summary>Which configuration is meant: a file, or the built-in demo.</summary>
/// <param name="Path">As it was named; null: the built-in demo.</param>
/// <param name="Named">Somebody asked for this file (<c>--config</c>, <c>GATEWAY_CONFIG</c>), so it must be there.</param>
/// <param name="Description">For the start's printout and /health: <c>gateway.yaml (--config)</c>.</param>
internal sealed record ConfigSource(string? Path, bool Named, string Description)
{
    public const string Variable = "GATEWAY_CONFIG";

    public const string DefaultFile = "gateway.yaml";

    public static readonly ConfigSource Demo = new(null, false, "built-in demo configuration");

    /// <summary>The <c>.env</c> beside the file; null for the demo.</summary>
    public string? DotEnvPath => Path is null ? null : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", ".env");

    /// <summary><c>--config</c>, else <c>GATEWAY_CONFIG</c>, else <c>gateway.yaml</c> in the directory, else the demo.</summary>
    /// <param name="option">What <c>--config</c> said; null or empty: it was not given.</param>
    /// <param name="directory">Where <c>gateway.yaml</c> is looked for; null: the current directory.</param>
    public static ConfigSource Resolve(string? option, EnvironmentSource environment, string? directory = null)
    {
        if (!string.IsNullOrEmpty(option))
            return new(option, true, $"{option} (--config)");
        if (environment.Get(Variable) is { Length: > 0 } named)
            return new(named, true, $"{named} ({Variable})");
        var path = directory is null ? DefaultFile : System.IO.Path.Combine(directory, DefaultFile);
        return File.Exists(path) ? new(path, false, path) : Demo;
    }
}
