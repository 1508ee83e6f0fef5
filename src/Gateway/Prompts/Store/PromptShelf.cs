using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Prompts.Store;

/// <summary>
/// The store's prompts, compiled. A version is read and compiled once, since it never changes; one that cannot be compiled takes nothing down: labels that point at it stay where they were.
/// Of each prompt those versions are in force that have a label, those that functions name by number, and the newest.
/// </summary>
/// <remarks>Not for two threads at a time.</remarks>
internal sealed class PromptShelf(IEntityStore store)
{
    /// <summary>How many of the newest versions are in force without a label.</summary>
    /// <remarks>100: whoever asks for a number goes on getting it for a while, and a pipeline that makes a version a day does not fill the memory.</remarks>
    public const int Newest = 100;

    /// <summary>Ranges of versions that are read at a time, so that the texts of all of them need not be in memory at once.</summary>
    private const int RangesAtATime = 32;

    private Dictionary<string, ShelvedPrompt> _shelved = new(StringComparer.Ordinal);
    private StoredPrompts _last = StoredPrompts.None;

    /// <param name="file">The configuration file's, whose prompts win.</param>
    /// <exception cref="StoreException">A version that is new here cannot be read. What was arranged before stays.</exception>
    public StoredPrompts Arrange(GatewayConfig file, IReadOnlyList<Entity> entities)
    {
        var (next, plans, problems) = (new Dictionary<string, ShelvedPrompt>(StringComparer.Ordinal), new Dictionary<string, PromptPlan>(StringComparer.Ordinal), new List<string>());
        var filed = file.Prompts.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        var pins = file.Functions.Select(static f => PromptReference.Of(f.Prompt)).Where(static r => PromptSelector.Number(r.Selector) is not null)
            .ToLookup(static r => r.Name, static r => PromptSelector.Number(r.Selector)!.Value, StringComparer.Ordinal);
        foreach (var entity in entities.Where(static e => e.Kind == EntityKinds.Prompt))
        {
            var held = _shelved.GetValueOrDefault(entity.Name);
            if (filed.Contains(entity.Name)) problems.Add($"{entity.Kind} '{entity.Name}': the configuration file has a prompt of this name, which wins");
            else if (held?.Revision == entity.Revision && pins[entity.Name].All(held.Versions.ContainsKey)) next[entity.Name] = held;
            else if (StoredPrompt.Parse(entity.Document) is not { } entry) next[entity.Name] = Damaged(entity, held);
            else if (!entry.Archived) plans[entity.Name] = new(entity.Revision, entry, held, [.. pins[entity.Name]]);
        }

        Read(plans);
        foreach (var (name, plan) in plans) next[name] = plan.Shelve();
        problems.AddRange(next.OrderBy(static s => s.Key, StringComparer.Ordinal).SelectMany(static s => s.Value.Problems));
        if (next.Count != _shelved.Count || next.Any(s => !ReferenceEquals(_shelved.GetValueOrDefault(s.Key), s.Value)) || !problems.SequenceEqual(_last.Problems))
            _last = new(next.Where(static s => s.Value.Prompt is not null).ToDictionary(static s => s.Key, static s => s.Value.Prompt!, StringComparer.Ordinal), problems);
        _shelved = next;
        return _last;
    }

    private void Read(Dictionary<string, PromptPlan> plans)
    {
        foreach (var ranges in plans.Values.SelectMany(static p => p.Missing()).Chunk(RangesAtATime))
        {
            // From the watcher's or an administrator's thread, before anything depends on the answer.
            foreach (var row in store.ReadVersionsAsync(ranges, CancellationToken.None).AsTask().GetAwaiter().GetResult())
                plans[row.Prompt].Add(row);
        }
    }

    private static ShelvedPrompt Damaged(Entity entity, ShelvedPrompt? held) =>
        (held ?? ShelvedPrompt.Nothing) with { Revision = entity.Revision, Problems = [$"{EntityKinds.Prompt} '{entity.Name}': its document is damaged"] };
}
