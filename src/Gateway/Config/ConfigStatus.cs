namespace Gateway.Config;

/// <summary>How the configuration stands: for /health, metrics and log. Immutable; read it once.</summary>
internal sealed record ConfigStatus
{
    /// <summary>Configurations applied since the start; the first is 1.</summary>
    public required long Generation { get; init; }

    /// <summary>False: the file is not what runs; <see cref="Errors"/> says why.</summary>
    public required bool LastReloadSuccessful { get; init; }

    public required DateTimeOffset LastAttempt { get; init; }

    /// <summary>Of the last attempt.</summary>
    public IReadOnlyList<ConfigError> Errors { get; init; } = [];

    /// <summary>Keys of the file whose value takes effect at the next start.</summary>
    public IReadOnlyList<string> AtNextStart { get; init; } = [];

    /// <summary>Which configuration was read, and who named it.</summary>
    public required string Source { get; init; }
}
