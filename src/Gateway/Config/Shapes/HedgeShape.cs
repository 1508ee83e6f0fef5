using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>hedge: { quantile: 0.95, min_delay: 50ms, budget: 0.05 }</c></summary>
internal static class HedgeShape
{
    private static readonly HedgeConfig Defaults = new();

    private static readonly Key<bool> Enabled = new("enabled", FlagKind.Instance, "false: as if the key were absent, where a model is not to have what the root says.") { Default = Defaults.Enabled };

    private static readonly Key<double> Quantile = new("quantile", new NumberKind(0.5, 0.999), "How many of the target's answers begin before a second attempt is made, as a share.") { Default = Defaults.Quantile };

    private static readonly Key<TimeSpan> MinDelay = new("min_delay", new DurationKind(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)), "No second attempt is made sooner.") { Default = Defaults.MinDelay };

    private static readonly Key<double> Budget = new("budget", new NumberKind(0.001, 0.5), "Second attempts, as a share of the requests.") { Default = Defaults.Budget };

    public static readonly RecordKind<HedgeConfig> Kind = new("hedge", [Enabled, Quantile, MinDelay, Budget], static m => new()
    {
        Enabled = m.Get(Enabled),
        Quantile = m.Get(Quantile),
        MinDelay = m.Get(MinDelay),
        Budget = m.Get(Budget),
    });
}
