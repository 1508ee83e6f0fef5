using System.Diagnostics.CodeAnalysis;

namespace Gateway.Config;

/// <summary>The only reader of environment variables. A <c>.env</c> file fills in what the process does not have.</summary>
internal sealed class EnvironmentSource
{
    private readonly Func<string, string?> _read;
    private readonly IReadOnlyDictionary<string, string> _file;

    private EnvironmentSource(Func<string, string?> read, IReadOnlyDictionary<string, string> file)
    {
        _read = read;
        _file = file;
    }

    /// <summary>An environment of exactly these variables.</summary>
    public EnvironmentSource(IReadOnlyDictionary<string, string> variables)
        : this(name => variables.GetValueOrDefault(name), new Dictionary<string, string>())
    {
    }

    /// <summary>The environment this process was started with.</summary>
    public static EnvironmentSource Process { get; } = new(ReadProcess, new Dictionary<string, string>());

    /// <summary>The value, which may be empty; null: not set.</summary>
    public string? Get(string name) => _read(name) ?? _file.GetValueOrDefault(name);

    /// <summary>The same environment over the variables of a file: where both have one, the process wins.</summary>
    public EnvironmentSource Over(IReadOnlyDictionary<string, string> file) => new(_read, file);

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The ban names this class as the one reader.")]
    private static string? ReadProcess(string name) => Environment.GetEnvironmentVariable(name);
}
