namespace Gateway.Core.Stores;

/// <summary>A change to one entity, and who makes it.</summary>
public sealed record EntityChange
{
    /// <summary><see cref="Expected"/> of an entity that must not be there yet.</summary>
    public const long Absent = 0;

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>The revision the change was made on, or <see cref="Absent"/>.</summary>
    public required long Expected { get; init; }

    /// <summary>What it becomes; null deletes it.</summary>
    public required string? Document { get; init; }

    public string? Hidden { get; init; }

    /// <summary>Of a prompt: a version that comes with this change, or not at all; null: none does.</summary>
    public PromptVersionRow? Version { get; init; }

    public required AuditActor By { get; init; }

    /// <summary><c>key.create</c>, <c>key.rotate</c>.</summary>
    public required string Action { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Who changed something, and from where.</summary>
/// <param name="Name">Of the credential, never the credential.</param>
public sealed record AuditActor(string Name, string Role, string? RemoteAddress, string RequestId);

/// <summary>What came of a change.</summary>
/// <param name="IsDone">False: the entity was not at the revision expected, nothing was changed.</param>
/// <param name="Entity">What stands there now; null where nothing does.</param>
/// <param name="Sequence">The change's number; of a conflict, 0.</param>
public readonly record struct EntityWritten(bool IsDone, Entity? Entity, long Sequence);
