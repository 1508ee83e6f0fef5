using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>breaker: { failure_ratio: 0.5, min_attempts: 20, window: 30s, open: 10s }</c></summary>
internal static class BreakerShape
{
    private static readonly BreakerConfig Defaults = new();

    private static readonly Key<bool> Enabled = new("enabled", FlagKind.Instance, "false: a target is asked however often it fails or says that it has had enough (429).") { Default = Defaults.Enabled };

    private static readonly Key<double> FailureRatio = new("failure_ratio", new NumberKind(0.01, 1), "The share of its attempts that must have failed for a target to be left alone.") { Default = Defaults.FailureRatio };

    private static readonly Key<int> MinAttempts = new("min_attempts", new IntegerKind<int>(2, 1_000_000), "Attempts within the window below which nothing is concluded.") { Default = Defaults.MinAttempts };

    private static readonly Key<TimeSpan> Window = new("window", new DurationKind(TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1)), "Attempts of how long ago are looked at.") { Default = Defaults.Window };

    private static readonly Key<TimeSpan> Open = new("open", new DurationKind(TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(5)), "How long a target is left alone before one request may probe it. Every probe that fails doubles it, to five minutes at most.") { Default = Defaults.Open };

    public static readonly RecordKind<BreakerConfig> Kind = new("breaker", [Enabled, FailureRatio, MinAttempts, Window, Open], static m => new()
    {
        Enabled = m.Get(Enabled),
        FailureRatio = m.Get(FailureRatio),
        MinAttempts = m.Get(MinAttempts),
        Window = m.Get(Window),
        Open = m.Get(Open),
    });
}
