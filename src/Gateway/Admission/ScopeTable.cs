using System.Collections.Concurrent;
using Gateway.Admission.Shares;
using Gateway.Config;

namespace Gateway.Admission;

/// <summary>
/// All scopes by kind and name over all configurations. One thread at a time configures it; any number may enumerate <see cref="Scopes"/>.
/// </summary>
internal sealed class ScopeTable(long timestampFrequency, NamePool names, IShareQueue? shares)
{
    private readonly ConcurrentDictionary<(OwnerKind Kind, string Name), ScopeState> _scopes = new();
    private readonly Dictionary<(BudgetPeriod Period, string Timezone), BudgetCalendar> _calendars = [];
    private readonly HashSet<ScopeState> _live = [];

    public IEnumerable<ScopeState> Scopes => _scopes.Select(static s => s.Value);

    /// <summary>Makes sure of a budget's time zone.</summary>
    /// <exception cref="TimeZoneNotFoundException">It does not exist, or the machine has no time zone data.</exception>
    public BudgetCalendar Calendar(BudgetConfig budget)
    {
        if (_calendars.TryGetValue((budget.Period, budget.Timezone), out var known))
            return known;
        return _calendars[(budget.Period, budget.Timezone)] = new(budget.Period, TimeZoneInfo.FindSystemTimeZoneById(budget.Timezone));
    }

    /// <summary>The owner's scope with these limits; null where it has none.</summary>
    /// <param name="name">Tells owners of a kind apart.</param>
    /// <param name="owner">The name to show.</param>
    /// <param name="since">From when on a budget that is new counts every attempt itself; null: from before the first one.</param>
    public ScopeState? Open(OwnerKind kind, string name, string owner, IReadOnlyList<BudgetConfig> budgets, LimitsConfig limits, DateTimeOffset? since)
    {
        if (budgets.Count == 0 && limits is { Rpm: null, Tpm: null, Concurrency: null })
            return null;
        if (!_scopes.TryGetValue((kind, name), out var scope))
            scope = _scopes[(kind, name)] = new(kind, name, names.Intern(owner), timestampFrequency, shares);
        lock (scope.Gate)
            scope.Limit(limits, Budgets(scope, budgets, since));
        _live.Add(scope);
        return scope;
    }

    /// <summary>Forgets every scope that was not opened since the last call and has nothing going on; the others stay until the next one.</summary>
    public void Forget(long now)
    {
        foreach (var (name, scope) in _scopes)
        {
            if (_live.Contains(scope))
                continue;
            lock (scope.Gate)
            {
                if (!scope.IsBusy(now))
                    _scopes.TryRemove(name, out _);
            }
        }
        _live.Clear();
    }

    private BudgetState[] Budgets(ScopeState scope, IReadOnlyList<BudgetConfig> configs, DateTimeOffset? since)
    {
        var budgets = new List<BudgetState>(configs.Count);
        foreach (var config in configs)
        {
            var limit = BudgetState.NanoLimit(config);
            if (budgets.Find(b => b.Is(config)) is { } twice)
            {
                twice.Limit = Math.Min(twice.Limit, limit);
                continue;
            }
            var budget = scope.FindBudget(config) ?? Make(scope, config, since);
            budget.Limit = limit;
            budgets.Add(budget);
        }
        return [.. budgets];
    }

    private BudgetState Make(ScopeState scope, BudgetConfig config, DateTimeOffset? since)
    {
        Func<BudgetWindow, BudgetShare>? share = shares is null ? null : window => new(scope, window, shares);
        return config.Rolling
            ? new RollingBudget(config.Period, since) { ShareOf = share }
            : new CalendarBudget(config.Period, config.Timezone, Calendar(config), since) { ShareOf = share };
    }
}
