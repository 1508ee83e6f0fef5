using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Prompts;
using Gateway.Routing;

namespace Gateway.Admission;

/// <summary>All scopes of this process: what is spent, held, running and counted, whatever configuration is in force.</summary>
/// <remarks>
/// <see cref="Configure"/> is called with every snapshot before it is published. Requests look nothing up here: their key and their target carry their scopes.
/// </remarks>
/// <param name="shares">Where other gateways share the limits; null: this one has them to itself.</param>
internal sealed class AdmissionBook(TimeProvider time, NamePool names, IShareQueue? shares = null)
{
    private static readonly LimitsConfig NoLimits = new();

    private readonly Lock _configuring = new();
    private readonly ScopeTable _table = new(time.TimestampFrequency, names, shares);
    private bool _opened;

    /// <summary>Gives every key, function and target its scopes, takes over new limits, and forgets owners that lost theirs and have nothing going on.</summary>
    /// <remarks>
    /// What an owner has spent stays with it. A budget that is new here begins with nothing spent until <see cref="BudgetRestore"/> has loaded what the ledger has. New limits bind
    /// running configurations at once.
    /// </remarks>
    /// <exception cref="TimeZoneNotFoundException">A budget's time zone does not exist; nothing was changed. The configuration's validation finds that out before.</exception>
    /// <param name="functions">Null: none with a budget.</param>
    public void Configure(
        IReadOnlyCollection<KeyEntry> keys, IReadOnlyCollection<TeamConfig> teams, IReadOnlyList<BudgetConfig> gatewayBudgets, IEnumerable<ModelEntry> models, IEnumerable<PromptFunction>? functions = null)
    {
        var budgeted = functions?.Where(static f => f.Config.Budgets.Count > 0).ToList() ?? [];
        lock (_configuring)
        {
            foreach (var budget in keys.SelectMany(static k => k.Budgets).Concat(teams.SelectMany(static t => t.Budgets)).Concat(gatewayBudgets).Concat(budgeted.SelectMany(static f => f.Config.Budgets)))
                _table.Calendar(budget);
            DateTimeOffset? since = _opened ? time.GetUtcNow() : null;
            _opened = true;
            ConfigureKeys(keys, teams, _table.Open(OwnerKind.Gateway, "gateway", "gateway", gatewayBudgets, NoLimits, since), since);
            foreach (var function in budgeted)
                function.Scope = _table.Open(OwnerKind.Function, function.Name, function.Name, function.Config.Budgets, NoLimits, since);
            ConfigureTargets(models, since);
            _table.Forget(time.GetTimestamp());
        }
    }

    /// <summary>Every budget in the window it is in now.</summary>
    public IReadOnlyList<BudgetStatus> Statuses()
    {
        var (now, statuses) = (time.GetUtcNow().UtcTicks, new List<BudgetStatus>());
        foreach (var scope in _table.Scopes)
        {
            lock (scope.Gate)
                scope.Report(now, statuses);
        }
        return statuses;
    }

    /// <summary>The shares of every budget in the window it is in now; none where budgets are not shared.</summary>
    public IReadOnlyList<BudgetShare> Shares()
    {
        var (now, found) = (time.GetUtcNow().UtcTicks, new List<BudgetShare>());
        foreach (var scope in _table.Scopes)
        {
            lock (scope.Gate)
            {
                foreach (var window in scope.WindowsAt(now))
                {
                    if (window.Share is { } share)
                        found.Add(share);
                }
            }
        }
        return found;
    }

    /// <summary>What running attempts hold, summed over all budgets and all their windows, past ones included: zero at rest.</summary>
    public NanoUsd Held
    {
        get
        {
            var held = NanoUsd.Zero;
            foreach (var scope in _table.Scopes)
            {
                lock (scope.Gate)
                {
                    foreach (var budget in scope.Budgets)
                        held += new NanoUsd(budget.HeldInAllWindows);
                }
            }
            return held;
        }
    }

    /// <summary>The budgets that do not know yet what was spent of them before they were opened.</summary>
    public IReadOnlyList<BudgetOpening> Unrestored()
    {
        var (now, openings) = (time.GetUtcNow().UtcTicks, new List<BudgetOpening>());
        foreach (var scope in _table.Scopes)
        {
            lock (scope.Gate)
            {
                foreach (var window in scope.WindowsAt(now))
                    if (!window.Budget.Restored)
                        openings.Add(new(scope, window));
            }
        }
        return openings;
    }

    /// <summary>Adds what was spent in the window before the budget was opened. A second call for the same budget does nothing.</summary>
    public void Restore(BudgetOpening opening, IEnumerable<PastSpending> spent)
    {
        var now = time.GetUtcNow();
        lock (opening.Scope.Gate)
        {
            if (opening.Window.Budget.Restored)
                return;
            opening.Window.Budget.Restored = true;
            foreach (var past in spent)
            {
                var window = WindowOf(opening, past, now);
                window.Charge(past.Cost.Value);
                window.Share?.Adopt(past.Cost.Value);
            }
        }
    }

    /// <summary>What other gateways spent, as the store of shares notes it: one entry for each gateway and window.</summary>
    public IReadOnlyList<PastUse> PastUses(BudgetOpening opening, IEnumerable<PastSpending> spent)
    {
        var now = time.GetUtcNow();
        lock (opening.Scope.Gate)
        {
            return opening.Window.Budget.Restored ? [] :
            [
                .. spent.GroupBy(p => (Window: WindowOf(opening, p, now), p.Instance))
                    .Select(static g => g.Key.Window.Share!.PastUse(g.Key.Instance!, g.Aggregate(0L, static (sum, p) => BudgetWindow.Sum(sum, p.Cost.Value)))),
            ];
        }
    }

    private static BudgetWindow WindowOf(BudgetOpening opening, in PastSpending spent, DateTimeOffset now) =>
        opening.Window.Budget is RollingBudget rolling ? rolling.SliceFor((spent.At < now ? spent.At.Value : now).UtcTicks) : opening.Window;

    private void ConfigureKeys(IReadOnlyCollection<KeyEntry> keys, IReadOnlyCollection<TeamConfig> teams, ScopeState? gateway, DateTimeOffset? since)
    {
        var teamScopes = new Dictionary<string, (ScopeState? Team, KeyScopes Plain)>(teams.Count, StringComparer.Ordinal);
        foreach (var config in teams)
        {
            var scope = _table.Open(OwnerKind.Team, config.Name, config.Name, config.Budgets, config.Limits, since);
            teamScopes[config.Name] = (scope, new KeyScopes(scope, gateway));
        }
        (ScopeState? Team, KeyScopes Plain) teamless = (null, new KeyScopes(gateway));
        foreach (var key in keys)
        {
            var (team, plain) = key.Team is { } name && teamScopes.TryGetValue(name, out var found) ? found : teamless;
            var own = _table.Open(OwnerKind.Key, key.Name, key.Name, key.Budgets, key.Limits, since);
            key.Scopes = own is null ? plain : new KeyScopes(own, team, gateway);
        }
    }

    private void ConfigureTargets(IEnumerable<ModelEntry> models, DateTimeOffset? since)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            foreach (var target in model.Targets)
            {
                if (target.Limits is { Rpm: null, Tpm: null, Concurrency: null })
                    continue;
                var owner = $"{target.Provider.Name}/{target.Model}";
                // The limits are the target's in this model: the same provider and model may stand in another one with limits of its own, and even twice in one.
                var name = $"{model.Name}\n{owner}";
                while (!seen.Add(name))
                    name += "\n";
                target.Scope = _table.Open(OwnerKind.Target, name, owner, [], target.Limits, since);
            }
        }
    }
}
