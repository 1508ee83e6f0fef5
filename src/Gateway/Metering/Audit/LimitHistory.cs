using System.Text.Json;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Metering.Audit;

/// <summary>What is known about how high limits were: the store notes what the admin API changed, nobody notes what a file said.</summary>
internal sealed class LimitHistory
{
    private readonly Dictionary<(OwnerKind Kind, string Owner), IReadOnlyList<BudgetConfig>> _budgets = [];
    private readonly IReadOnlyList<BudgetConfig> _gateways;
    private readonly ILookup<(OwnerKind Kind, string? Owner), BudgetRaise> _raises;
    private readonly Dictionary<(OwnerKind Kind, string Owner), DateTimeOffset> _changed = [];

    /// <param name="config">As it is in force, the store's entries and raises included.</param>
    /// <param name="file">The same without them.</param>
    /// <param name="raises">Every change that was ever made to a raise.</param>
    public LimitHistory(GatewayConfig config, GatewayConfig file, IReadOnlyList<Entity> entities, IReadOnlyList<AuditEntry> raises)
    {
        _gateways = config.Budgets;
        foreach (var team in config.Teams) _budgets[(OwnerKind.Team, team.Name)] = team.Budgets;
        foreach (var function in config.Functions) _budgets[(OwnerKind.Function, function.Name)] = function.Budgets;
        foreach (var key in config.Keys) _budgets[(OwnerKind.Key, key.Name)] = key.Budgets;
        _raises = raises.Select(static e => e.After).OfType<string>().Select(Parse).OfType<BudgetRaise>().ToLookup(static r => (r.OwnerKind, r.OwnerKind == OwnerKind.Gateway ? null : r.Owner));
        var filed = file.Keys.Select(static k => (EntityKinds.Key, k.Name)).Concat(file.Teams.Select(static t => (EntityKinds.Team, t.Name))).ToHashSet();
        foreach (var entity in entities.Where(e => !filed.Contains((e.Kind, e.Name))))
        {
            if (entity.Kind is EntityKinds.Key or EntityKinds.Team) _changed[(entity.Kind == EntityKinds.Key ? OwnerKind.Key : OwnerKind.Team, entity.Name)] = entity.UpdatedAt;
        }
    }

    /// <summary>The limit of a file without anything in the store.</summary>
    public static LimitHistory Of(GatewayConfig file) => new(file, file, [], []);

    /// <summary>The limit as it is decided today, and every raise whose time was in the window, also one that was ended since.</summary>
    public NanoUsd Highest(BudgetStatus budget)
    {
        var owner = budget.OwnerKind == OwnerKind.Gateway ? null : budget.Owner;
        var own = (owner is null ? _gateways : _budgets.GetValueOrDefault((budget.OwnerKind, owner), [])).FirstOrDefault(b => Is(b, budget));
        // A budget that nobody configured has the limit it says.
        if (own is null) return budget.Limit;
        var raised = _raises[(budget.OwnerKind, owner)].Where(r => r.Raises(own) && (budget.WindowStart is null || !(r.Until <= budget.WindowStart))).Sum(static r => r.Amount);
        return new(BudgetState.NanoLimit(own with { Limit = own.Limit - own.Raised + Math.Max(raised, own.Raised) }));
    }

    /// <summary>When its owner was last changed over the admin API; null: it is in the file, of which nobody knows.</summary>
    public DateTimeOffset? ChangedAt(BudgetStatus budget) => _changed.TryGetValue((budget.OwnerKind, budget.Owner), out var at) ? at : null;

    private static bool Is(BudgetConfig config, BudgetStatus budget) => config.Period == budget.Period && config.Timezone == budget.Timezone && config.Rolling == budget.IsRolling;

    private static BudgetRaise? Parse(string document)
    {
        using var json = JsonDocument.Parse(document);
        return EntityBinder.Raise(json.RootElement, out _);
    }
}
