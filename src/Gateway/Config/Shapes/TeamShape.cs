using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>teams</c>: what several keys share.</summary>
internal static class TeamShape
{
    private static readonly TeamConfig Defaults = new() { Name = "" };

    private static readonly Key<string> Name = new("name", Texts.Name, "How keys, metrics, the ledger and messages call it.") { Required = true };

    private static readonly Key<IReadOnlyList<BudgetConfig>> Budgets = new("budgets", BudgetShape.List, "What all its keys may spend together.") { Default = Defaults.Budgets };

    private static readonly Key<LimitsConfig> Limits = new("limits", LimitsShape.Kind, "How fast all its keys may be used together.") { Default = Defaults.Limits };

    private static readonly Key<int> Weight = new("weight", new IntegerKind<int>(1, 100), "Its share of the turns while the gateway has too much to do and requests wait (docs/overload.md); a key without a team has 1.") { Default = Defaults.Weight };

    public static readonly RecordKind<TeamConfig> Kind = new("team", [Name, Budgets, Limits, Weight], Build);

    public static readonly ListKind<TeamConfig> List = new("a list of teams", Kind);

    private static TeamConfig Build(MappingReader m)
    {
        var team = new TeamConfig { Name = m.GetName(Name, m.Context.Teams), Budgets = m.Get(Budgets), Limits = m.Get(Limits), Weight = m.Get(Weight) };
        BudgetShape.RequireDifferentPeriods(m, Budgets, team.Budgets);
        return team;
    }
}
