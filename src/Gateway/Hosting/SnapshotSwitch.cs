using System.Globalization;
using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Metering;
using Gateway.Overload;
using Gateway.Prompts;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Hosting;

/// <summary>
/// Puts the file's configuration and the store's entities in force, as one: compiles them, tells admission, loads what new budgets have spent already, and swaps the snapshot.
/// Requests under way keep theirs.
/// </summary>
internal sealed class SnapshotSwitch(SnapshotCompiler compiler, SnapshotHolder holder, AdmissionBook book, FairGate gate, ILedgerStore store, ILedger ledger, TimeProvider time, ILogger<SnapshotSwitch> logger, ShareBroker? shares = null, PromptShelf? shelf = null)
{
    private static readonly TimeSpan ImportTime = TimeSpan.FromSeconds(10);

    private readonly Lock _applying = new();
    private GatewayConfig? _file;
    private long _generation;
    private EntitySet _entities = new(0, []);
    private IReadOnlyList<string> _skipped = [];
    private IReadOnlyList<string> _promptless = [];

    /// <summary>The configuration without the store's entities.</summary>
    public GatewayConfig File => Volatile.Read(ref _file) ?? throw new InvalidOperationException("no configuration has been loaded yet");

    /// <summary>The entities that the store had when they were last put in force.</summary>
    public EntitySet Entities => Volatile.Read(ref _entities);

    /// <summary>An <see cref="ApplyConfig"/>. A store that is away is told as a problem: the snapshot in force stays, and the file has to be saved again.</summary>
    public IReadOnlyList<ConfigProblem> Apply(GatewayConfig config, long generation)
    {
        lock (_applying)
        {
            try
            {
                if (Swap(config, generation, _entities, isOfFile: true) is { Count: > 0 } problems)
                    return problems;
            }
            catch (StoreException e)
            {
                return [new("store", $"what the budgets have spent already, or a version of a prompt, cannot be read, so the configuration is not put in force: {e.Message} Save the file again, or send SIGHUP, when the store answers.")];
            }

            Volatile.Write(ref _file, config);
            _generation = generation;
        }
        return [];
    }

    /// <summary>Takes the store's entities; an older set than the one in force is ignored. Before the first configuration they wait for it.</summary>
    /// <exception cref="StoreException">What new budgets have spent could not be read. The snapshot in force stays; limits of owners it shares with the new one hold already.</exception>
    public void Apply(EntitySet entities)
    {
        lock (_applying)
        {
            if (entities.Sequence < _entities.Sequence)
                return;
            if (_file is { } file)
                Swap(file, _generation, entities);
            Volatile.Write(ref _entities, entities);
        }
    }

    /// <summary>Puts the same file and entities in force as they are now: of some, time has run out.</summary>
    /// <exception cref="StoreException">As above; what was in force stays.</exception>
    public void Reapply()
    {
        lock (_applying)
        {
            if (_file is { } file)
                Swap(file, _generation, _entities);
        }
    }

    /// <summary>On a session of its own, not behind the questions of the admin API: a key that is to be blocked waits for this.</summary>
    private async Task RestoreAsync()
    {
        if (book.Unrestored().Count == 0)
            return;
        await using var rows = await store.SnapshotAsync(CancellationToken.None);
        await BudgetRestore.RunAsync(book, rows, CancellationToken.None, shares);
    }

    /// <returns>Why the file's configuration is not put in force; empty: it is.</returns>
    private List<ConfigProblem> Swap(GatewayConfig file, long generation, EntitySet entities, bool isOfFile = false)
    {
        var before = _file is null ? null : holder.Current.Prompts;
        var config = EntityOverlay.Apply(file, entities.Entities, time.GetUtcNow(), out var skipped);
        var stored = shelf?.Arrange(file, entities.Entities) ?? StoredPrompts.None;
        var next = compiler.Compile(config, generation, CachePurge.Of(entities.Entities), stored, before);
        if (isOfFile && before is not null && Lost(config, before, next.Prompts) is { Count: > 0 } lost)
            return lost;
        book.Configure(next.Keys.Values, config.Teams, config.Budgets, next.Configured, next.Prompts.Functions);
        // What settled a moment ago counts too, and may still be in the journal.
        if (book.Unrestored().Count > 0 && !ledger.WaitImportedAsync(ImportTime, CancellationToken.None).AsTask().GetAwaiter().GetResult())
            throw new StoreException("The store does not take the journal's rows, without which nobody knows what was spent.");
        // The store is asked from the watcher's or an administrator's thread, before anything depends on the answer.
        RestoreAsync().GetAwaiter().GetResult();
        holder.Swap(next);
        gate.Configure(config.Server.Overload.MaxConcurrency, config.Server.Overload.MaxQueue);
        // Once, not with every change to something else.
        skipped = [.. skipped, .. stored.Problems];
        foreach (var sentence in skipped.Except(_skipped))
            EntityLog.Skipped(logger, sentence);
        _skipped = skipped;
        IReadOnlyList<string> promptless = [.. next.Prompts.Problems];
        foreach (var sentence in promptless.Except(_promptless))
            EntityLog.FunctionWithoutPrompt(logger, sentence);
        _promptless = promptless;
        return [];
    }

    /// <summary>A file that takes a prompt away from a function that answers is a mistake, or too early.</summary>
    private static List<ConfigProblem> Lost(GatewayConfig config, PromptTable before, PromptTable next) => next.LostSince(before).Select(i => new ConfigProblem(
        string.Create(CultureInfo.InvariantCulture, $"functions[{i}].prompt"),
        $"there is no '{PromptReference.Of(config.Functions[i].Prompt).Full}' in this file or in the store, and fn/{config.Functions[i].Name} answers at the moment: make the prompt or the label first")).ToList();
}
