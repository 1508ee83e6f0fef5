using Gateway.Config;

namespace Gateway.Tests.Config;

/// <summary>Binds texts without touching the file system or the process's environment.</summary>
internal static class TestConfig
{
    /// <summary>Two of each, so that names can be confused.</summary>
    public static readonly IReadOnlyList<ProviderKind> Kinds =
    [
        new() { Name = "openai", NeedsApiKey = true },
        new() { Name = "anthropic", NeedsApiKey = true },
        new() { Name = "gemini", NeedsApiKey = true },
        new() { Name = "vertex", NeedsApiKey = true },
        new() { Name = "bedrock", NeedsApiKey = true },
        new() { Name = "openai-compatible", NeedsApiKey = true, NeedsBaseUrl = true },
        new() { Name = "azure-openai", NeedsApiKey = true, NeedsBaseUrl = true },
        new() { Name = "demo", InProcess = true },
        new() { Name = "mute", ServesModels = false },
    ];

    public const string EnvironmentSecret = "s3cret-from-the-environment";

    public static readonly EnvironmentSource Environment = new(new Dictionary<string, string>
    {
        ["SECRET"] = EnvironmentSecret,
        ["NAME"] = "fast",
        ["EMPTY"] = "",
        ["NUMBER"] = "60",
        ["LINES"] = "one\ntwo",
        ["YAML"] = "}, admin: { key: x",
        ["NESTED"] = "${SECRET}",
    });

    public static (GatewayConfig? Config, IReadOnlyList<ConfigError> Errors) Bind(string yaml, EnvironmentSource? environment = null)
    {
        var errors = new ErrorSink("gateway.yaml");
        var (config, _) = new ConfigLoader(ConfigSource.Demo, Environment, Kinds).Bind(yaml, errors, environment ?? Environment);
        return (config, errors.InFileOrder());
    }

    public static GatewayConfig Valid(string yaml, EnvironmentSource? environment = null)
    {
        var (config, errors) = Bind(yaml, environment);
        errors.Should().BeEmpty();
        return config!;
    }
}
