using System.Text.Json;
using Gateway.Cache;
using Gateway.Core.Stores;

namespace Gateway.Entities;

/// <summary>The last purge of something in the cache, as an entity: so it is audited, it outlives the process, and other gateways hear of it as of any change.</summary>
internal static class CachePurge
{
    /// <summary>Of everything.</summary>
    public const string Everything = "all";

    private const string ModelPrefix = "model/";
    private const string TagPrefix = "tag/";
    private const string PromptPrefix = "prompt/";

    /// <summary>One of the three has a name, or none.</summary>
    public static string NameOf(string? model, string? tag, string? prompt) =>
        model is not null ? ModelPrefix + model : tag is not null ? TagPrefix + tag : prompt is not null ? PromptPrefix + prompt : Everything;

    /// <summary>What stands in the audit.</summary>
    public static string Document(string? model, string? tag, string? prompt)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteString("tag"u8, tag);
            json.WriteString("prompt"u8, prompt);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    public static CachePurges Of(IReadOnlyList<Entity> entities)
    {
        var everything = 0L;
        var (models, tags, prompts) = (Named(), Named(), Named());
        foreach (var entity in entities.Where(static e => e.Kind == EntityKinds.Cache))
        {
            if (entity.Name == Everything) everything = entity.Revision;
            else if (entity.Name.StartsWith(ModelPrefix, StringComparison.Ordinal)) models[entity.Name[ModelPrefix.Length..]] = entity.Revision;
            else if (entity.Name.StartsWith(TagPrefix, StringComparison.Ordinal)) tags[entity.Name[TagPrefix.Length..]] = entity.Revision;
            else if (entity.Name.StartsWith(PromptPrefix, StringComparison.Ordinal)) prompts[entity.Name[PromptPrefix.Length..]] = entity.Revision;
        }

        return new(everything, models, tags, prompts);
    }

    private static Dictionary<string, long> Named() => new(StringComparer.Ordinal);
}
