using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Entities;

/// <summary>What belongs to a key beside its document: digests of its secrets, and whether it is blocked. Of this, no answer shows a digest.</summary>
internal sealed record StoredKey
{
    /// <summary>The part of the key that is no secret: tells which key a leaked one is.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the key, in lower-case hexadecimal. No slow hash: a key has 256 random bits, which nobody tries out.</summary>
    public required string Hash { get; init; }

    /// <summary>The digest of the key before the last rotation; null where there is none.</summary>
    public string? PreviousHash { get; init; }

    /// <summary>The last instant the key before still works.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    public bool Blocked { get; init; }

    /// <summary>Null for a text that <see cref="ToString"/> did not make: somebody changed the database by hand.</summary>
    public static StoredKey? Parse(string? hidden)
    {
        try
        {
            return JsonSerializer.Deserialize(hidden ?? "null", StoredKeyJson.Default.StoredKey);
        }
        catch (JsonException)
        {
            return null;   // whoever asks says what that means for the entry
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this, StoredKeyJson.Default.StoredKey);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class StoredKeyJson : JsonSerializerContext;
