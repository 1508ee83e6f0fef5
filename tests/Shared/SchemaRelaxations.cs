namespace Gateway.TestSupport;

/// <summary>Where a published schema is not taken by its letter.</summary>
internal sealed record SchemaRelaxations
{
    public static readonly SchemaRelaxations None = new();

    /// <summary>Whether a property of this name may be null.</summary>
    public Func<string, bool> MayBeNull { get; init; } = static _ => false;

    /// <summary>Whether a property of this name may be absent where the schema requires it.</summary>
    public Func<string, bool> MayBeAbsent { get; init; } = static _ => false;

    /// <summary>Whether a property of this name may be a string, whatever else it may be.</summary>
    public Func<string, bool> MayBeText { get; init; } = static _ => false;

    /// <summary>A value may fit several alternatives of a <c>oneOf</c>.</summary>
    public bool OneOfIsAnyOf { get; init; }

    /// <summary>Pointers of schemas that accept everything.</summary>
    public IReadOnlySet<string> Unchecked { get; init; } = new HashSet<string>();
}
