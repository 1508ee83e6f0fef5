namespace Gateway.Entities;

/// <summary>The kinds of entity this version knows; others in the store belong to a newer one.</summary>
internal static class EntityKinds
{
    public const string Key = "key";
    public const string Team = "team";
    public const string Token = "token";
    public const string Raise = "raise";

    /// <summary>What was purged from the cache.</summary>
    public const string Cache = "cache";

    public const string Prompt = "prompt";

    public static readonly IReadOnlyList<string> All = [Key, Team, Token, Raise, Cache, Prompt];
}
