using Gateway.Config;
using Gateway.Core.Stores;

namespace Gateway.Admission;

/// <summary>A budget that was opened with its window already under way.</summary>
internal sealed class BudgetOpening(ScopeState scope, BudgetWindow window)
{
    public ScopeState Scope { get; } = scope;

    public BudgetWindow Window { get; } = window;

    public OwnerKind OwnerKind => Scope.Kind;

    public string Owner => Scope.Owner;

    /// <summary>Since when spending counts; null: everything that was ever spent.</summary>
    public DateTimeOffset? From => Window.Budget.Account(Window).From;

    /// <summary>In which pieces of time the spending has to be known; null: only its sum.</summary>
    public UsageDimension? Pieces => Window.Budget switch
    {
        { IsRolling: false } => null,
        { Period: BudgetPeriod.Minute or BudgetPeriod.Hour } => UsageDimension.Minute,
        _ => UsageDimension.Hour,
    };

    /// <summary>Attempts admitted from then on were counted as they came; null: none was.</summary>
    public DateTimeOffset? To => Window.Budget.AttachedAt;
}
