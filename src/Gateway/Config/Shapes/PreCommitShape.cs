using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>pre_commit: { bytes: 64KiB, time: 1s }</c></summary>
internal static class PreCommitShape
{
    private static readonly PreCommitConfig Defaults = new();

    private static readonly Key<bool> Enabled = new("enabled", FlagKind.Instance, "false: as if the key were absent, where a model is not to have what the root says.") { Default = Defaults.Enabled };

    private static readonly Key<long> Bytes = new("bytes", new SizeKind(1024, 1024 * 1024), "The most that is held back.") { Default = Defaults.Bytes };

    private static readonly Key<TimeSpan> Time = new("time", new DurationKind(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)), "The longest that it is held back, from the answer's first byte.") { Default = Defaults.Time };

    public static readonly RecordKind<PreCommitConfig> Kind = new("pre_commit", [Enabled, Bytes, Time], static m => new() { Enabled = m.Get(Enabled), Bytes = m.Get(Bytes), Time = m.Get(Time) });
}
