using System.Text.Json;

namespace Gateway.Admin;

/// <summary>JSON merge-patch (RFC 7396): members of the patch replace the target's, <c>null</c> removes one, objects are merged member by member, lists are replaced as a whole.</summary>
internal static class MergePatch
{
    public static void Write(Utf8JsonWriter json, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        var old = target is { ValueKind: JsonValueKind.Object } its ? its : (JsonElement?)null;
        foreach (var member in old?.EnumerateObject() ?? default)
        {
            if (!patch.TryGetProperty(member.Name, out var change))
                member.WriteTo(json);
            else if (change.ValueKind != JsonValueKind.Null)
                WriteMember(json, member.Name, member.Value, change);
        }
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !(old?.TryGetProperty(member.Name, out _) ?? false))
                WriteMember(json, member.Name, null, member.Value);
        }
        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, JsonElement? old, JsonElement change)
    {
        json.WritePropertyName(name);
        Write(json, old, change);
    }
}
