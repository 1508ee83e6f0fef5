namespace Gateway.Config;

/// <summary>How much of a stream is held back at its beginning, so that one which breaks at once can be asked of another target.</summary>
public sealed record PreCommitConfig
{
    public bool Enabled { get; init; } = true;

    public long Bytes { get; init; } = 64 * 1024;

    /// <summary>From the first byte of the answer.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(1);
}
