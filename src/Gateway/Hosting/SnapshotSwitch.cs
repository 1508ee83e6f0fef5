using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Routing;

namespace Gateway.Hosting;

/// <summary>Puts a configuration in force: compiles it, tells admission, loads what new budgets have spent already, and swaps the snapshot. Requests under way keep theirs.</summary>
internal sealed class SnapshotSwitch(SnapshotCompiler compiler, SnapshotHolder holder, AdmissionBook book, ILedgerStore store)
{
    /// <summary>An <see cref="ApplyConfig"/>. Called by one thread at a time.</summary>
    public IReadOnlyList<ConfigProblem> Apply(GatewayConfig config, long generation)
    {
        var next = compiler.Compile(config, generation);
        book.Configure(next.Keys.Values, config.Teams, config.Budgets, next.Configured);
        // The store is asked from the watcher's thread, before anything depends on the answer; SQLite answers without waiting.
        BudgetRestore.RunAsync(book, store, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        holder.Swap(next);
        return [];
    }
}
