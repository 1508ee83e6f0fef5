using Gateway.Config.Binding;
using Gateway.Config.Shapes;
using Gateway.Config.Yaml;

namespace Gateway.Config;

/// <summary>Reads a configuration: the one point where gateway.yaml, <c>.env</c> and the environment become records.</summary>
/// <param name="environment">The process's environment; the <c>.env</c> beside the file is read under it, anew each time.</param>
/// <param name="kinds">The kinds of provider there are.</param>
internal sealed class ConfigLoader(ConfigSource source, EnvironmentSource environment, IReadOnlyList<ProviderKind> kinds)
{
    private const int MaxConfigBytes = 16 * 1024 * 1024;
    private const int MaxDotEnvBytes = 1024 * 1024;

    public ConfigSource Source => source;

    /// <summary>Reads everything anew. Never throws for what stands in the files, nor for files that cannot be read.</summary>
    public ConfigResult Load()
    {
        if (source.Path is null)
            return new() { Config = DemoConfig.Create(), Errors = [], Source = source };

        var errors = new ErrorSink(source.Path);
        var dotEnvErrors = new ErrorSink(source.DotEnvPath!);
        var file = ConfigFile.Read(source.Path, MaxConfigBytes, errors);
        var dotEnvFile = ConfigFile.Read(source.DotEnvPath!, MaxDotEnvBytes, dotEnvErrors);
        if (file.Bytes is null)
            errors.Add(default, "there is no such file");

        var variables = dotEnvFile.Bytes is null || dotEnvFile.Text(dotEnvErrors) is not { } text ? null : DotEnv.Parse(text, dotEnvErrors);
        var files = new SideFiles(Path.GetDirectoryName(source.Path));
        var (config, root) = errors.Count == 0 && file.Text(errors) is { } yaml
            ? Bind(yaml, errors, variables is null ? environment : environment.Over(variables), files)
            : (null, null);
        var failed = errors.Count + dotEnvErrors.Count > 0;
        return new()
        {
            Config = failed ? null : config,
            Errors = failed ? [.. dotEnvErrors.InFileOrder(), .. errors.InFileOrder()] : [],
            Source = source,
            Fingerprint = file.CanBeReadAgain ? ConfigFingerprint.Of(file.Bytes, dotEnvFile.Bytes, files.Read) : null,
            SideFiles = [.. files.Read.Keys],
            Root = root,
        };
    }

    /// <summary>Binds a document; null where there are errors.</summary>
    /// <param name="files">Reads what it names; null: from the current directory.</param>
    public (GatewayConfig? Config, YamlNode? Root) Bind(string yaml, ErrorSink errors, EnvironmentSource variables, SideFiles? files = null)
    {
        if (YamlReader.Read(yaml, errors) is not { } root)
            return (null, null);
        GatewayShape.Kind.TryBind(root, new BindContext(errors, variables, kinds) { Files = files ?? new(null) }, out var config);
        return (errors.Count == 0 ? config : null, root);
    }
}
