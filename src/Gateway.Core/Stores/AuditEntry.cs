namespace Gateway.Core.Stores;

/// <summary>One change, for good: entries are never changed nor removed.</summary>
public sealed record AuditEntry
{
    /// <summary>The change sequence.</summary>
    public required long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required AuditActor By { get; init; }

    public required string Action { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>The document before, as JSON; null where there was none.</summary>
    public string? Before { get; init; }

    /// <summary>The document after, as JSON; null where it was deleted.</summary>
    public string? After { get; init; }
}

/// <summary>Which entries; null means any.</summary>
/// <param name="Before">Only entries with a smaller id: the <c>Next</c> of the page before; null for the newest.</param>
/// <param name="Limit">Entries a page, 1 to 1000.</param>
public sealed record AuditQuery(string? Kind = null, string? Name = null, string? Actor = null, long? Before = null, int Limit = 100);

/// <param name="Next">The <see cref="AuditQuery.Before"/> of the page after this one; null on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);
