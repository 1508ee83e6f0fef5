using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Prompts.Store;

/// <summary>A prompt in the store, without the text of its versions: the document of its entity, so that a change to it is one revision and one audit entry.</summary>
internal sealed record StoredPrompt
{
    public required string Name { get; init; }

    /// <summary>Whose managers may change it, and whose keys may name it; null: only admins change it.</summary>
    public string? Team { get; init; }

    public string? Category { get; init; }

    public string? Description { get; init; }

    /// <summary>Numbers of versions.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; init; } = new Dictionary<string, int>();

    /// <summary>How many there are, which is the number of the newest.</summary>
    public int Versions { get; init; }

    /// <summary>No request gets it, and it is changed only by being restored.</summary>
    public bool Archived { get; init; }

    /// <summary>Null for a document that <see cref="ToString"/> did not make: somebody changed the database by hand.</summary>
    public static StoredPrompt? Parse(string document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, StoredPromptJson.Default.StoredPrompt) is { Name: not null, Labels: not null } prompt ? prompt : null;
        }
        catch (JsonException)
        {
            return null;   // whoever asks says what that means
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this, StoredPromptJson.Default.StoredPrompt);

    public JsonElement ToElement() => JsonSerializer.SerializeToElement(this, StoredPromptJson.Default.StoredPrompt);

    public StoredPrompt With(string label, int version) => this with { Labels = new SortedDictionary<string, int>(Labels.ToDictionary(), StringComparer.Ordinal) { [label] = version } };

    public StoredPrompt Without(string label) => this with { Labels = new SortedDictionary<string, int>(Labels.Where(l => l.Key != label).ToDictionary(), StringComparer.Ordinal) };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredPrompt))]
internal sealed partial class StoredPromptJson : JsonSerializerContext;
