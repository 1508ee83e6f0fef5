using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Prompts.Schemas;

/// <summary>Compiles a JSON Schema (draft 2020-12, its words about values). A word it does not know is an error: a rule that is not kept must not look as if it were.</summary>
internal sealed class SchemaReader
{
    /// <summary>Words that say nothing about which values are right.</summary>
    private static readonly HashSet<string> Remarks =
        ["$schema", "$id", "$comment", "$anchor", "title", "description", "default", "examples", "example", "format", "deprecated", "readOnly", "writeOnly", "$defs", "definitions"];

    private readonly JsonElement _root;
    private readonly Dictionary<string, SchemaNode> _named = new(StringComparer.Ordinal);

    private SchemaReader(JsonElement root) => _root = root;

    /// <summary>What is wrong, with its place; null: nothing.</summary>
    private string? Problem { get; set; }

    /// <param name="problem">Why there is none.</param>
    public static SchemaNode? Read(JsonElement schema, out string? problem)
    {
        var reader = new SchemaReader(schema.Clone());
        var node = reader.Node(reader._root, "#");
        problem = reader.Problem;
        return problem is null ? node : null;
    }

    private SchemaNode Node(JsonElement schema, string at)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return schema.ValueKind == JsonValueKind.True ? SchemaNode.Anything : SchemaNode.Nothing;
        var node = new SchemaNode();
        if (schema.ValueKind != JsonValueKind.Object) Fail(at, "must be a schema: an object, true or false");
        else Fill(node, schema, at);
        return node;
    }

    private void Fill(SchemaNode node, JsonElement schema, string at)
    {
        foreach (var word in schema.EnumerateObject())
        {
            var place = $"{at}/{word.Name}";
            if (Remarks.Contains(word.Name) || Values(node, word, place) || Sizes(node, word, place) || Parts(node, word, place)) continue;
            Fail(place, "is no word that is kept here");
        }
    }

    private bool Values(SchemaNode node, JsonProperty word, string at)
    {
        switch (word.Name)
        {
            case "type": node.Types = Types(word.Value, at); return true;
            case "enum": node.Values = [.. List(word.Value, at)]; return true;
            case "const": node.Values = [word.Value]; return true;
            case "minimum": node.Minimum = Number(word.Value, at); return true;
            case "maximum": node.Maximum = Number(word.Value, at); return true;
            case "exclusiveMinimum": node.Above = Number(word.Value, at); return true;
            case "exclusiveMaximum": node.Below = Number(word.Value, at); return true;
            case "multipleOf":
                if (word.Value.ValueKind != JsonValueKind.Number || !word.Value.TryGetDecimal(out var step) || step <= 0) Fail(at, "must be a number above 0");
                else node.MultipleOf = step;
                return true;
            case "pattern": node.Pattern = Pattern(word.Value, at); return true;
            default: return false;
        }
    }

    private bool Sizes(SchemaNode node, JsonProperty word, string at)
    {
        switch (word.Name)
        {
            case "minLength": node.Length = node.Length with { Least = Count(word.Value, at) }; return true;
            case "maxLength": node.Length = node.Length with { Most = Count(word.Value, at) }; return true;
            case "minItems": node.ItemCount = node.ItemCount with { Least = Count(word.Value, at) }; return true;
            case "maxItems": node.ItemCount = node.ItemCount with { Most = Count(word.Value, at) }; return true;
            case "minProperties": node.MemberCount = node.MemberCount with { Least = Count(word.Value, at) }; return true;
            case "maxProperties": node.MemberCount = node.MemberCount with { Most = Count(word.Value, at) }; return true;
            default: return false;
        }
    }

    private bool Parts(SchemaNode node, JsonProperty word, string at)
    {
        switch (word.Name)
        {
            case "properties":
                if (word.Value.ValueKind != JsonValueKind.Object) Fail(at, "must be an object of schemas");
                else node.Properties = word.Value.EnumerateObject().ToDictionary(static p => p.Name, p => Node(p.Value, $"{at}/{p.Name}"), StringComparer.Ordinal);
                return true;
            case "required":
                node.Required = [.. List(word.Value, at).Select(static n => n.ValueKind == JsonValueKind.String ? n.GetString() : null).OfType<string>()];
                return true;
            case "additionalProperties": node.Others = Node(word.Value, at); return true;
            case "items": node.Items = Node(word.Value, at); return true;
            case "allOf": node.All = Nodes(word.Value, at); return true;
            case "anyOf": node.Any = Nodes(word.Value, at); return true;
            case "oneOf": node.One = Nodes(word.Value, at); return true;
            case "not": node.Not = Node(word.Value, at); return true;
            case "$ref": node.Same = Named(word.Value, at); return true;
            default: return false;
        }
    }

    private SchemaNode[] Nodes(JsonElement list, string at) => [.. List(list, at).Select((s, i) => Node(s, string.Create(CultureInfo.InvariantCulture, $"{at}/{i}")))];

    /// <summary>A schema may be named inside itself: it is there before what is in it is read.</summary>
    private SchemaNode? Named(JsonElement value, string at)
    {
        var reference = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (_named.TryGetValue(reference, out var known)) return known;
        var found = _root;
        var path = reference.Split('/');
        for (var i = 1; i < path.Length && found.ValueKind == JsonValueKind.Object; i++)
            found = found.TryGetProperty(path[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out var inside) ? inside : default;
        if (path[0] != "#" || found.ValueKind != JsonValueKind.Object)
        {
            Fail(at, "must name a schema inside this one, as #/$defs/NAME");
            return null;
        }

        var node = _named[reference] = new();
        Fill(node, found, reference);
        return node;
    }

    private JsonTypes Types(JsonElement value, string at)
    {
        var types = JsonTypes.Any;
        foreach (var one in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
        {
            var type = one.ValueKind == JsonValueKind.String ? Named(one.GetString()!) : JsonTypes.Any;
            types |= type;
            if (type == JsonTypes.Any) Fail(at, "must be null, boolean, number, integer, string, array or object, or a list of them");
        }

        return types;
    }

    private static JsonTypes Named(string type) => type switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "number" => JsonTypes.Number,
        "integer" => JsonTypes.Integer,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        _ => JsonTypes.Any,
    };

    private Regex? Pattern(JsonElement value, string at)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String) return new Regex(value.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            Fail(at, "must be a regular expression");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            Fail(at, "is no regular expression that can be kept in bounded time: without look-arounds and back-references");
        }

        return null;
    }

    private double? Number(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Number) return value.GetDouble();
        Fail(at, "must be a number");
        return null;
    }

    private int? Count(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0) return count;
        Fail(at, "must be a whole number from 0");
        return null;
    }

    private JsonElement[] List(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Array) return [.. value.EnumerateArray()];
        Fail(at, "must be a list");
        return [];
    }

    private void Fail(string at, string what) => Problem ??= $"{at}: {what}";
}
