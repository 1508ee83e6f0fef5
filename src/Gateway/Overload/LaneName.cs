namespace Gateway.Overload;

/// <summary>Whose requests share a queue: a team, or a key without one.</summary>
internal readonly record struct LaneName(bool IsTeam, string Name);
