using Gateway.Config.Yaml;

namespace Gateway.Config;

/// <summary>A configuration, or everything that is wrong with it.</summary>
internal sealed record ConfigResult
{
    /// <summary>Null: there are errors.</summary>
    public GatewayConfig? Config { get; init; }

    /// <summary>In the order of the file; empty: <see cref="Config"/> is there.</summary>
    public required IReadOnlyList<ConfigError> Errors { get; init; }

    public required ConfigSource Source { get; init; }

    /// <summary>What exactly was read; null: nothing that could be read again (the demo, a pipe).</summary>
    public ConfigFingerprint? Fingerprint { get; init; }

    /// <summary>Full paths of the files that were read because the configuration names them; they are a part of the fingerprint.</summary>
    public IReadOnlyList<string> SideFiles { get; init; } = [];

    /// <summary>The document, for <see cref="Locate"/>; null: there is none.</summary>
    public YamlNode? Root { get; init; }

    /// <summary>What may be kept for long: the document of ten thousand keys is several times the size of their records.</summary>
    public ConfigResult WithoutDocument() => this with { Root = null };

    /// <summary>Turns what a later stage found into errors of the file, each with the line of its key.</summary>
    public IReadOnlyList<ConfigError> Locate(IReadOnlyList<ConfigProblem> problems) =>
        [.. problems.Select(p =>
        {
            var mark = Root is null ? default : YamlPath.Find(Root, p.Path);
            return new ConfigError(Source.Path ?? Source.Description, mark.Line, mark.Column, p.Path, p.Message);
        })];
}
