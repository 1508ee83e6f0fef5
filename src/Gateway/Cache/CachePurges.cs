namespace Gateway.Cache;

/// <summary>
/// What an administrator took out of the cache, by the number of the change that did it. Numbers only grow, and they are a part of keys and answers: what was made, or begun, before a purge
/// cannot be found after it, on any gateway that has heard of it.
/// </summary>
internal sealed class CachePurges(long everything, IReadOnlyDictionary<string, long> models, IReadOnlyDictionary<string, long> tags, IReadOnlyDictionary<string, long> prompts)
{
    public static readonly CachePurges None = new(0, new Dictionary<string, long>(), new Dictionary<string, long>(), new Dictionary<string, long>());

    public long Of(string model) => Math.Max(everything, models.GetValueOrDefault(model));

    public long OfTag(string tag) => tags.GetValueOrDefault(tag);

    public long OfPrompt(string prompt) => prompts.GetValueOrDefault(prompt);
}
