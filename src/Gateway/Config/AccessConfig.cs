namespace Gateway.Config;

/// <summary>Who may use a prompt or a function: names of keys, and of teams whose keys may. Both empty: it says nothing.</summary>
public sealed record AccessConfig(IReadOnlyList<string> Keys, IReadOnlyList<string> Teams)
{
    public static AccessConfig Unsaid { get; } = new([], []);
}
