using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>ledger: { sync: 1s, in_doubt: charge }</c></summary>
internal static class LedgerShape
{
    private static readonly Key<LedgerConfig> Sync = new("sync", LedgerSyncKind.Instance, "What a power loss may cost at most (a duration from 10ms to 1m), or always: a response waits for the disk. A killed process loses nothing either way.") { Default = new(), AtNextStart = true };

    private static readonly ChoiceKind<InDoubtPolicy> Policies = new([("charge", InDoubtPolicy.Charge), ("release", InDoubtPolicy.Release)]);

    private static readonly Key<InDoubtPolicy> InDoubt = new("in_doubt", Policies, "What an attempt costs that was under way when the process was killed: charge (all that was reserved for it) or release (nothing).") { Default = InDoubtPolicy.Charge, AtNextStart = true };

    public static readonly RecordKind<LedgerConfig> Kind = new("ledger", [Sync, InDoubt], static m => m.Get(Sync) with { InDoubt = m.Get(InDoubt) });
}
