using System.Globalization;
using System.Text.Json;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Prompts.Store;

/// <summary>What a prompt of the store is to become: collects the versions that are to be in force, those that are at hand and those that are read.</summary>
/// <param name="entry">Not archived.</param>
/// <param name="held">What it is; null: nothing yet.</param>
/// <param name="pins">Numbers that functions name.</param>
internal sealed class PromptPlan(long revision, StoredPrompt entry, ShelvedPrompt? held, IReadOnlyCollection<int> pins)
{
    private readonly SortedDictionary<int, ShelvedVersion> _versions = [];

    /// <summary>The versions that are not at hand, in as few pieces as possible.</summary>
    public List<PromptVersionRange> Missing()
    {
        var missing = new List<PromptVersionRange>();
        foreach (var number in Wanted())
        {
            if (held?.Versions.TryGetValue(number, out var version) == true) _versions[number] = version;
            else if (missing.Count > 0 && missing[^1].Last == number - 1) missing[^1] = missing[^1] with { Last = number };
            else missing.Add(new(entry.Name, number, number));
        }

        return missing;
    }

    public void Add(PromptVersionRow row)
    {
        var number = row.Head.Version;
        try
        {
            using var document = JsonDocument.Parse(row.Document);
            var version = StoredVersionShape.Compile(entry.Name, number, document.RootElement, out var errors);
            _versions[number] = version is null ? Broken(number, $"{errors[0].Path}: {errors[0].Message}") : new(version, null);
        }
        catch (JsonException error)
        {
            _versions[number] = Broken(number, $"its document is no JSON ({error.Message})");
        }
    }

    /// <summary>All that was missing has been added, where it is there at all.</summary>
    public ShelvedPrompt Shelve()
    {
        foreach (var number in Wanted())
            _versions.TryAdd(number, Broken(number, "it is not in the store"));
        var usable = _versions.Values.Select(static v => v.Version).OfType<PromptVersion>().ToList();
        return new(revision, _versions, usable.Count == 0 ? held?.Prompt : new(Labels(), usable, PromptAccess.Of(entry.Team)), [.. _versions.Values.Select(static v => v.Problem).OfType<string>()]);
    }

    /// <summary>Where a label was is wanted too: it may have to stay there.</summary>
    private IEnumerable<int> Wanted() =>
        entry.Labels.Values.Concat(held?.Prompt?.Labels.Values ?? []).Concat(pins)
            .Concat(Enumerable.Range(Math.Max(1, entry.Versions - PromptShelf.Newest + 1), Math.Min(entry.Versions, PromptShelf.Newest)))
            .Where(n => n >= 1 && n <= entry.Versions).Distinct().Order();

    private Dictionary<string, int> Labels()
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (label, number) in entry.Labels)
        {
            if (IsUsable(number)) labels[label] = number;
            else if (held?.Prompt?.Labels.TryGetValue(label, out var before) == true && IsUsable(before)) labels[label] = before;
        }

        return labels;
    }

    private bool IsUsable(int number) => _versions.GetValueOrDefault(number).Version is not null;

    private ShelvedVersion Broken(int number, string why) => new(null, string.Create(CultureInfo.InvariantCulture, $"{EntityKinds.Prompt} '{entry.Name}', version {number}: {why}"));
}
