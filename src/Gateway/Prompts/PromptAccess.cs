using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>The keys that a prompt or a function names: by themselves, or by their team.</summary>
internal sealed class PromptAccess
{
    private readonly HashSet<string> _keys;
    private readonly HashSet<string> _teams;

    private PromptAccess(AccessConfig config) => (_keys, _teams) = (new(config.Keys, StringComparer.Ordinal), new(config.Teams, StringComparer.Ordinal));

    /// <returns>Null: it names nobody, so that other rules say who may.</returns>
    public static PromptAccess? Of(AccessConfig config) => config.Keys.Count + config.Teams.Count == 0 ? null : new(config);

    /// <returns>Null where there is no team.</returns>
    public static PromptAccess? Of(string? team) => team is null ? null : new(new AccessConfig([], [team]));

    public bool Names(KeyEntry key) => _keys.Contains(key.Name) || (key.Team is { } team && _teams.Contains(team));
}
