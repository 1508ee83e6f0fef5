using Gateway.Admission;
using Gateway.Config;

namespace Gateway.Entities;

/// <summary>Adds the raises in force to the limits of a configuration.</summary>
internal sealed class RaiseOverlay(IReadOnlyList<BudgetRaise> raises)
{
    public GatewayConfig Apply(GatewayConfig config) => raises.Count == 0 ? config : config with
    {
        Keys = [.. config.Keys.Select(k => Raised(OwnerKind.Key, k.Name, k.Budgets) is { } budgets ? k with { Budgets = budgets } : k)],
        Teams = [.. config.Teams.Select(t => Raised(OwnerKind.Team, t.Name, t.Budgets) is { } budgets ? t with { Budgets = budgets } : t)],
        Budgets = Raised(OwnerKind.Gateway, null, config.Budgets) ?? config.Budgets,
    };

    /// <summary>The budgets of one owner in a configuration; none where it does not exist.</summary>
    public static IReadOnlyList<BudgetConfig> BudgetsOf(GatewayConfig config, OwnerKind kind, string? owner) => kind switch
    {
        OwnerKind.Key => config.Keys.FirstOrDefault(k => k.Name == owner)?.Budgets ?? [],
        OwnerKind.Team => config.Teams.FirstOrDefault(t => t.Name == owner)?.Budgets ?? [],
        OwnerKind.Gateway => config.Budgets,
        _ => [],
    };

    /// <returns>Null where nothing is raised: most owners stay the objects they were.</returns>
    private List<BudgetConfig>? Raised(OwnerKind kind, string? owner, IReadOnlyList<BudgetConfig> budgets)
    {
        var own = raises.Where(r => r.IsOf(kind, owner)).ToList();
        return own.Count == 0 ? null : budgets.Select(b => own.Where(r => r.Raises(b)).Aggregate(b, static (sum, r) => sum with { Limit = sum.Limit + r.Amount, Raised = sum.Raised + r.Amount })).ToList();
    }
}
