using System.Text.Json;

namespace Gateway.Providers.Shared;

/// <summary>Members of JSON whose types nobody vouches for.</summary>
internal static class JsonFields
{
    /// <returns>Null where there is no such member, or it is no string.</returns>
    public static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <returns>Null where there is no such member, or it is no string.</returns>
    public static string? Text(Dictionary<string, JsonElement>? rest, string name) =>
        rest is not null && rest.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <returns>Nothing (<see cref="JsonValueKind.Undefined"/>) where there is no such member, or it is no object.</returns>
    public static JsonElement Object(Dictionary<string, JsonElement>? rest, string name) =>
        rest is not null && rest.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;
}
