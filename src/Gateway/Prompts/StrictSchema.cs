using System.Text.Json;

namespace Gateway.Prompts;

/// <summary>Whether a JSON schema keeps the rules that OpenAI has for <c>strict</c>: with others the request would be refused, and without the word the schema is a wish.</summary>
/// <remarks>https://platform.openai.com/docs/guides/structured-outputs: the root is an object, every object names all its members and allows no others.</remarks>
internal static class StrictSchema
{
    private static readonly string[] Unknown = ["allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties", "prefixItems", "unevaluatedProperties"];

    public static bool Is(JsonElement schema) => IsObject(schema) && !schema.TryGetProperty("anyOf", out _) && Holds(schema);

    private static bool Holds(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || Array.Exists(Unknown, word => schema.TryGetProperty(word, out _))) return false;
        if (IsObject(schema) && !NamesAll(schema)) return false;
        return (!schema.TryGetProperty("items", out var items) || Holds(items))
            && (!schema.TryGetProperty("anyOf", out var any) || (any.ValueKind == JsonValueKind.Array && any.EnumerateArray().All(Holds)))
            && AllInside(schema, "properties") && AllInside(schema, "$defs") && AllInside(schema, "definitions");
    }

    private static bool AllInside(JsonElement schema, string name) =>
        !schema.TryGetProperty(name, out var inside) || (inside.ValueKind == JsonValueKind.Object && inside.EnumerateObject().All(static p => Holds(p.Value)));

    private static bool IsObject(JsonElement schema) => schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type)
        && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(static t => t.ValueKind == JsonValueKind.String && t.ValueEquals("object")) : type.ValueKind == JsonValueKind.String && type.ValueEquals("object"));

    private static bool NamesAll(JsonElement schema)
    {
        if (!schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False) return false;
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) return false;
        if (!schema.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.Array) return false;
        var named = required.EnumerateArray().Where(static n => n.ValueKind == JsonValueKind.String).Select(static n => n.GetString()).ToHashSet();
        return properties.EnumerateObject().All(p => named.Contains(p.Name));
    }
}
