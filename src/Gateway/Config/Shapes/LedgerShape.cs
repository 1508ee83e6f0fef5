using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>ledger: { sync: 1s, in_doubt: charge, in_doubt_after: 10m, journal: data/gateway.journal }</c></summary>
internal static class LedgerShape
{
    private static readonly Key<LedgerConfig> Sync = new("sync", LedgerSyncKind.Instance, "What a power loss may cost at most (a duration from 10ms to 1m), or always: a response waits for the disk. A killed process loses nothing either way.") { Default = new(), AtNextStart = true };

    private static readonly ChoiceKind<InDoubtPolicy> Policies = new([("charge", InDoubtPolicy.Charge), ("release", InDoubtPolicy.Release)]);

    private static readonly Key<InDoubtPolicy> InDoubt = new("in_doubt", Policies, "What an attempt costs that was under way when the process was killed: charge (all that was reserved for it) or release (nothing).") { Default = InDoubtPolicy.Charge, AtNextStart = true };

    private static readonly Key<TimeSpan> InDoubtAfter = new("in_doubt_after", new DurationKind(TimeSpan.FromSeconds(20), TimeSpan.FromDays(30)), "With PostgreSQL: how long after a gateway was last heard of what it has of budgets and has not spent is in doubt too: charge (it counts as spent) or release (others get it). When it starts again its journal tells what was spent.") { Default = new LedgerConfig().InDoubtAfter, AtNextStart = true };

    private static readonly Key<string> Journal = new("journal", Texts.FilePath, "The directory of the journal: on a local disk that survives the process, and of this process alone. Without it PATH.journal beside SQLite's file, data/gateway.journal with PostgreSQL.") { AtNextStart = true };

    public static readonly RecordKind<LedgerConfig> Kind = new("ledger", [Sync, InDoubt, InDoubtAfter, Journal], static m => m.Get(Sync) with { InDoubt = m.Get(InDoubt), InDoubtAfter = m.Get(InDoubtAfter), Journal = m.Get(Journal) });
}
