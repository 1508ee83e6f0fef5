namespace Gateway.Admission;

/// <summary>A budget that was opened with its window already under way.</summary>
internal sealed class BudgetOpening(ScopeState scope, BudgetWindow window)
{
    public ScopeState Scope { get; } = scope;

    public BudgetWindow Window { get; } = window;

    public OwnerKind OwnerKind => Scope.Kind;

    public string Owner => Scope.Owner;

    /// <summary>Start of the window; null: everything that was ever spent.</summary>
    public DateTimeOffset? From => Window.Calendar.StartsAt;

    /// <summary>Attempts admitted from then on were counted as they came; null: none was.</summary>
    public DateTimeOffset? To => Window.Budget.AttachedAt;
}
