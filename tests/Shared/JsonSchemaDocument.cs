using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.TestSupport;

/// <summary>Compiles the schemas of one JSON document and resolves the references between them.</summary>
/// <remarks>A keyword it does not know is an exception, so that no rule is skipped in silence.</remarks>
internal sealed class JsonSchemaDocument(JsonElement root, SchemaRelaxations? relaxations = null)
{
    /// <summary>Keywords that say nothing about validity, OpenAPI's own among them; formats are not checked, as in shared/spec.</summary>
    private static readonly HashSet<string> Annotations =
    [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "format", "discriminator", "contentEncoding",
        "contentMediaType", "$defs", "definitions", "$schema", "$id", "$comment", "$recursiveAnchor", "$recursiveRef", "nullable",
    ];

    private static readonly HashSet<string> BoundKeywords =
    [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    ];

    private static readonly HashSet<string> Rules =
    [
        "$ref", "type", "enum", "const", "allOf", "anyOf", "oneOf", "not", "properties", "required", "additionalProperties", "propertyNames", "prefixItems", "items",
        "uniqueItems", "pattern",
    ];

    private static readonly JsonSchema Anything = new();

    private readonly SchemaRelaxations _relaxations = relaxations ?? SchemaRelaxations.None;
    private readonly Dictionary<string, JsonSchema> _byPointer = [];

    /// <summary>The schema a JSON pointer such as <c>#/components/schemas/Model</c> leads to.</summary>
    public JsonSchema At(string pointer)
    {
        lock (_byPointer)
        {
            if (!_byPointer.TryGetValue(pointer, out var schema))
                _byPointer[pointer] = schema = _relaxations.Unchecked.Contains(pointer) ? Anything : Compile(Find(pointer));
            return schema;
        }
    }

    private JsonElement Find(string pointer)
    {
        if (!pointer.StartsWith('#')) throw new NotSupportedException($"a reference out of the document: {pointer}");
        var at = root;
        foreach (var step in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at.ValueKind == JsonValueKind.Array ? at[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : at.GetProperty(name);
        }

        return at;
    }

    private JsonSchema Compile(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.True) return Anything;
        if (schema.ValueKind == JsonValueKind.False) return new JsonSchema { Never = true };
        var unknown = schema.EnumerateObject().FirstOrDefault(k =>
            !Annotations.Contains(k.Name) && !BoundKeywords.Contains(k.Name) && !Rules.Contains(k.Name) && !k.Name.StartsWith("x-", StringComparison.Ordinal));
        if (unknown.Value.ValueKind != JsonValueKind.Undefined) throw new NotSupportedException($"unknown keyword '{unknown.Name}' in a schema");

        var oneOf = All(schema, "oneOf");
        var anyOf = All(schema, "anyOf");
        if (_relaxations.OneOfIsAnyOf && oneOf is not null) (anyOf, oneOf) = (oneOf, null);
        return new JsonSchema
        {
            Reference = schema.TryGetProperty("$ref", out var reference) ? new Lazy<JsonSchema>(() => At(reference.GetString()!)) : null,
            Types = Types(schema),
            Enum = schema.TryGetProperty("const", out var only) ? [only] : schema.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray()] : null,
            AllOf = All(schema, "allOf") ?? [],
            AnyOf = anyOf,
            OneOf = oneOf,
            Not = One(schema, "not"),
            Properties = schema.TryGetProperty("properties", out var properties)
                ? properties.EnumerateObject().ToDictionary(p => p.Name, p => Property(p.Name, p.Value))
                : new Dictionary<string, JsonSchema>(),
            Required = schema.TryGetProperty("required", out var required)
                ? [.. required.EnumerateArray().Select(r => r.GetString()!).Where(r => !_relaxations.MayBeAbsent(r))]
                : [],
            AdditionalProperties = One(schema, "additionalProperties"),
            PropertyNames = One(schema, "propertyNames"),
            PrefixItems = All(schema, "prefixItems") ?? [],
            Items = One(schema, "items"),
            UniqueItems = schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True,
            Pattern = schema.TryGetProperty("pattern", out var pattern) ? new Regex(pattern.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(2)) : null,
            Bounds = schema.EnumerateObject().Where(k => BoundKeywords.Contains(k.Name)).ToDictionary(k => k.Name, k => k.Value.GetDouble()),
        };
    }

    private JsonSchema Property(string name, JsonElement schema)
    {
        List<string> alsoTypes = [];
        if (_relaxations.MayBeNull(name)) alsoTypes.Add("null");
        if (_relaxations.MayBeText(name)) alsoTypes.Add("string");
        var compiled = Compile(schema);
        return alsoTypes.Count == 0 ? compiled : new JsonSchema { AnyOf = [compiled, new JsonSchema { Types = alsoTypes }] };
    }

    private JsonSchema? One(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var inner) ? Compile(inner) : null;

    private List<JsonSchema>? All(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var inner) ? [.. inner.EnumerateArray().Select(Compile)] : null;

    /// <summary>OpenAPI 3.0's <c>nullable</c> counts beside a single type name, as in shared/spec.</summary>
    private static List<string>? Types(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type)) return null;
        if (type.ValueKind == JsonValueKind.Array) return [.. type.EnumerateArray().Select(t => t.GetString()!)];
        return schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True ? [type.GetString()!, "null"] : [type.GetString()!];
    }
}
