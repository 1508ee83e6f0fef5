using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Config;

/// <summary>The part of JSON Schema that config/gateway.schema.json uses; a keyword it does not know fails, so that nothing goes unchecked.</summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Errors(JsonElement root, JsonElement value)
    {
        var errors = new List<string>();
        Check(root, root, value, "$", errors);
        return errors;
    }

    private static void Check(JsonElement root, JsonElement schema, JsonElement value, string path, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var fault = keyword.Name switch
            {
                "$schema" or "$defs" or "title" or "description" or "default" => null,
                "type" => Types(keyword.Value).Any(t => IsOfType(value, t)) ? null : $"is no {keyword.Value}",
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!) ? null : $"does not match {keyword.Value}",
                "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? null : $"is none of {keyword.Value}",
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= keyword.Value.GetDecimal() ? null : "is too small",
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= keyword.Value.GetDecimal() ? null : "is too large",
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= keyword.Value.GetInt32() ? null : "has too few items",
                "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= keyword.Value.GetInt32() ? null : "has too many items",
                "anyOf" => keyword.Value.EnumerateArray().Any(s => Passes(root, s, value)) ? null : "matches no alternative",
                "required" => keyword.Value.EnumerateArray().FirstOrDefault(k => !value.TryGetProperty(k.GetString()!, out _)) is { ValueKind: JsonValueKind.String } missing ? $"lacks {missing}" : null,
                "$ref" or "items" or "properties" or "additionalProperties" => Below(root, schema, keyword, value, path, errors),
                _ => $"has a schema with the unknown keyword {keyword.Name}",
            };
            if (fault is not null)
                errors.Add($"{path}: {fault}");
        }
    }

    private static string? Below(JsonElement root, JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> errors)
    {
        switch (keyword.Name)
        {
            case "$ref":
                Check(root, root.GetProperty("$defs").GetProperty(keyword.Value.GetString()!["#/$defs/".Length..]), value, path, errors);
                break;
            case "items" when value.ValueKind == JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    Check(root, keyword.Value, item, path + "[]", errors);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                foreach (var property in keyword.Value.EnumerateObject())
                {
                    if (value.TryGetProperty(property.Name, out var child))
                        Check(root, property.Value, child, $"{path}.{property.Name}", errors);
                }

                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().Where(m => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(m.Name, out _)))
                {
                    if (keyword.Value.ValueKind == JsonValueKind.False)
                        errors.Add($"{path}: {member.Name} is unknown");
                    else
                        Check(root, keyword.Value, member.Value, $"{path}.{member.Name}", errors);
                }

                break;
        }

        return null;
    }

    private static bool Passes(JsonElement root, JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check(root, schema, value, "", errors);
        return errors.Count == 0;
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDecimal() % 1 == 0,
        _ => throw new InvalidOperationException($"unknown type {type}"),
    };
}
