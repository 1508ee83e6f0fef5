using System.Text.Json;

namespace Gateway.Providers.Gemini;

/// <summary>
/// Which JSON schemas are written in what Gemini calls a schema, a part of OpenAPI's that every model knows. Any other goes into the field for JSON schemas, where newer models take more
/// keywords; in the first they would be a 400.
/// </summary>
internal static class GeminiSchema
{
    private static readonly HashSet<string> Types = new(StringComparer.OrdinalIgnoreCase) { "string", "number", "integer", "boolean", "array", "object", "null" };

    private static readonly HashSet<string> Formats = ["enum", "date-time", "float", "double", "int32", "int64"];

    public static bool IsNative(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return false;
        var typed = false;
        foreach (var member in schema.EnumerateObject())
        {
            var value = member.Value;
            var fits = member.Name switch
            {
                "type" => typed = IsOneOf(value, Types),
                "anyOf" => typed = value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsNative),
                "format" => IsOneOf(value, Formats),
                "title" or "description" or "pattern" => value.ValueKind == JsonValueKind.String,
                "nullable" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "enum" or "required" or "propertyOrdering" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static v => v.ValueKind == JsonValueKind.String),
                "items" => IsNative(value),
                "properties" => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(static p => IsNative(p.Value)),
                "minItems" or "maxItems" or "minProperties" or "maxProperties" or "minimum" or "maximum" or "minLength" or "maxLength" => value.ValueKind == JsonValueKind.Number,
                "default" or "example" => true,
                _ => false,
            };
            if (!fits) return false;
        }

        return typed;
    }

    private static bool IsOneOf(JsonElement value, HashSet<string> words) => value.ValueKind == JsonValueKind.String && words.Contains(value.GetString()!);
}
