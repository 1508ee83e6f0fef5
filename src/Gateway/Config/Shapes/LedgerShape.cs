using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>ledger: { sync: 1s }</c></summary>
internal static class LedgerShape
{
    private static readonly Key<LedgerConfig> Sync = new("sync", LedgerSyncKind.Instance, "What a power loss may cost at most (a duration from 10ms to 1m), or always: a response waits for the disk. A killed process loses nothing either way.") { Default = new(), AtNextStart = true };

    public static readonly RecordKind<LedgerConfig> Kind = new("ledger", [Sync], static m => m.Get(Sync));
}
