using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>What rows add up to for each budget, row by row.</summary>
internal sealed class BudgetSums
{
    private readonly IReadOnlyList<BudgetStatus> _budgets;
    private readonly NanoUsd[] _sums;
    private readonly LateSpending?[] _late;
    private readonly ILookup<(OwnerKind Kind, string Owner), int> _byOwner;
    private readonly Dictionary<string, NanoUsd> _least = new(StringComparer.Ordinal);

    public BudgetSums(IReadOnlyList<BudgetStatus> budgets, LimitHistory limits, IReadOnlyList<CorrectedRow> corrections)
    {
        _budgets = budgets;
        _sums = new NanoUsd[budgets.Count];
        _late = [.. budgets.Select(b => IsUnchanged(b, limits.ChangedAt(b)) && b.Spent > limits.Highest(b) ? new LateSpending(limits.Highest(b)) : null)];
        _byOwner = Enumerable.Range(0, budgets.Count).ToLookup(i => (budgets[i].OwnerKind, budgets[i].OwnerKind == OwnerKind.Gateway ? "" : budgets[i].Owner));
        // Whether a budget knew of the correction depends on when its gateway started: the smaller cost accuses nobody wrongly.
        foreach (var correction in corrections)
            _least[correction.AttemptId] = _least.TryGetValue(correction.AttemptId, out var known) && known < correction.OldCost ? known : correction.OldCost;
    }

    public NanoUsd this[int budget] => _sums[budget];

    public void Add(LedgerRow row)
    {
        Add(row, (OwnerKind.Key, row.Key));
        if (row.Team is { } team) Add(row, (OwnerKind.Team, team));
        if (row.Function is { } function) Add(row, (OwnerKind.Function, function));
        Add(row, (OwnerKind.Gateway, ""));
    }

    /// <summary>What should not have been admitted to a budget; null: that cannot be said of it.</summary>
    public NanoUsd? Late(int budget) => _late[budget]?.Sum();

    /// <summary>Only of calendar's budgets whose limit nobody changed in their window it is known what it was when an attempt was admitted; a budget without a window has all of time.</summary>
    private static bool IsUnchanged(BudgetStatus budget, DateTimeOffset? changedAt) => !budget.IsRolling && changedAt is { } at && budget.WindowStart is { } start && at < start;

    private void Add(LedgerRow row, (OwnerKind, string) owner)
    {
        foreach (var budget in _byOwner[owner])
        {
            if (_budgets[budget].WindowStart is { } start && row.At < start) continue;
            _sums[budget] += row.Cost;
            if (_late[budget] is { } late) late.Add(row, _least.TryGetValue(row.AttemptId, out var least) && least < row.Cost ? least : row.Cost);
        }
    }
}
