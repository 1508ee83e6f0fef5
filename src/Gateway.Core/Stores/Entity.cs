namespace Gateway.Core.Stores;

/// <summary>Something the admin API owns. A kind and a name tell it apart.</summary>
public sealed record Entity
{
    /// <summary><c>key</c>, <c>team</c>.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>What people wrote, as JSON: the entry that gateway.yaml would have.</summary>
    public required string Document { get; init; }

    /// <summary>What belongs to it and is never shown (digests of secrets), as JSON; null where there is nothing. It is in no audit entry.</summary>
    public string? Hidden { get; init; }

    /// <summary>The change sequence of its last change: never the same twice, also where the name was deleted and made again.</summary>
    public required long Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <param name="Sequence">Grows by one with every change to any entity.</param>
public sealed record EntitySet(long Sequence, IReadOnlyList<Entity> Entities);
