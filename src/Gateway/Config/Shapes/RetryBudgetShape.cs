using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>retry_budget: { ratio: 0.2, min: 3 }</c></summary>
internal static class RetryBudgetShape
{
    private static readonly RetryBudgetConfig Defaults = new();

    private static readonly Key<double> Ratio = new("ratio", NumberKind.Share, "Further attempts at a target, as a share of the first attempts of the last ten seconds.") { Default = Defaults.Ratio };

    private static readonly Key<int> Min = new("min", new IntegerKind<int>(0, 1_000_000), "Further attempts in ten seconds that are always allowed.") { Default = Defaults.Min };

    public static readonly RecordKind<RetryBudgetConfig> Kind = new("retry_budget", [Ratio, Min], static m => new() { Ratio = m.Get(Ratio), Min = m.Get(Min) });
}
