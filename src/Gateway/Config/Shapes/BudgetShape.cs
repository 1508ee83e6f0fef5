using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>{ limit: 25.00, period: month, timezone: Europe/Madrid }</c></summary>
internal static class BudgetShape
{
    public static readonly ChoiceKind<BudgetPeriod> Periods = new(
    [
        ("minute", BudgetPeriod.Minute), ("hour", BudgetPeriod.Hour), ("day", BudgetPeriod.Day),
        ("week", BudgetPeriod.Week), ("month", BudgetPeriod.Month), ("total", BudgetPeriod.Total),
    ]);

    private static readonly Key<decimal> Limit = new("limit", MoneyKind.Budget, "US dollars that may be spent in one period.") { Required = true };

    private static readonly Key<BudgetPeriod> Period = new("period", Periods, "How long the limit lasts before it begins anew; total: for ever.") { Required = true };

    private static readonly Key<string> Timezone = new("timezone", ZoneKind.Instance, "IANA zone in which periods begin; weeks begin on Monday.") { Default = BudgetConfig.DefaultTimezone };

    private static readonly Key<bool> Rolling = new("rolling", FlagKind.Instance, "Counts the last 60 s, hour, 24 hours, 7 or 30 days, and not a period of the calendar.") { Default = false };

    private static readonly RecordKind<BudgetConfig> Kind = new("budget", [Limit, Period, Timezone, Rolling], Build);

    /// <summary>The budgets of one owner.</summary>
    public static readonly ListKind<BudgetConfig> List = new("a list of budgets", Kind);

    private static BudgetConfig Build(MappingReader m)
    {
        var budget = new BudgetConfig { Limit = m.Get(Limit), Period = m.Get(Period), Timezone = m.Get(Timezone), Rolling = m.Get(Rolling) };
        if (budget is { Rolling: true, Period: BudgetPeriod.Total })
            m.Fail(Rolling, "a budget that never begins anew cannot roll: remove it, or choose another period");
        if (budget.Rolling && m.Has(Timezone))
            m.Fail(Timezone, "a rolling budget follows no calendar: remove the time zone");
        return budget;
    }

    /// <summary>Blames a second budget of the same period and zone: only the smaller one could ever bind.</summary>
    public static void RequireDifferentPeriods(MappingReader owner, Key key, IReadOnlyList<BudgetConfig> budgets)
    {
        if (budgets.DistinctBy(static b => (b.Period, b.Timezone, b.Rolling)).Count() < budgets.Count)
            owner.Fail(key, "two budgets have the same period and time zone; only the smaller one could bind: remove the other");
    }
}
